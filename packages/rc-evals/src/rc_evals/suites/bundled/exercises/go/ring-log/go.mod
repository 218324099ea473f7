module ringlog

go 1.18
