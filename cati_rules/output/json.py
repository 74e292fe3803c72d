"""A run as JSON: the contract ``cati-result/1``, whose shape is in ``report/data``, a line for each document.

The encoder that indents is written in Python and takes as long as the evaluation.
"""

from __future__ import annotations

from cati_rules.output.page_options import Page
from cati_rules.report.data.run import document_data, opening_data
from cati_rules.report.run import Report
from cati_rules.visible import json_text


def render(report: Report, page: Page) -> str:
    """Return everything that was found as JSON text, and before the documents what the gate came to."""
    head = json_text(opening_data(report, page.language))[:-1]
    told = (document_data(each, page.language, report.gate) for each in report.documents)
    documents = ",\n".join(map(json_text, told))
    return f'{head}, "documents": [\n{documents}\n]}}\n'
