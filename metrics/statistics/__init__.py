"""One statistic a file: plain functions, arrays in and arrays out, each citing its paper."""
