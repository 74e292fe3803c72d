"""A report as plain data: the contract ``cati-result/1``. Numbers are strings, exact; keys come in a fixed order."""
