module ignorerules

go 1.18
