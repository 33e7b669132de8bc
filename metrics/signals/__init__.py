"""Whether a measure has changed: its series, the judgement, its targets, the sentences, and what is worth discussing."""
