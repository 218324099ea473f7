module leasetable

go 1.18
