"""The view with some statements published is put together from two views: the same as cutting the document anew."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import AS_OF, CATI, Object, disclosures

from cati_rules.kinds.index.evidence import with_published
from cati_rules.pipeline import index_assessor
from cati_rules.schema import spelled_out


@settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
@given(document=disclosures(), data=st.data())
def test_published_statements_are_put_into_the_public_view(document: Object, data: st.DataObject) -> None:
    document = spelled_out(document)
    assessor = index_assessor(CATI)
    statements = assessor.unpublished(document, AS_OF)
    chosen = (
        frozenset(data.draw(st.lists(st.sampled_from(statements), unique=True)))
        if statements
        else frozenset()
    )
    for counts_parent in (False, True):
        public = assessor.value_with(document, AS_OF, frozenset(), counts_parent=counts_parent)
        before = repr(public)
        whole = assessor.whole(document)[counts_parent]
        expected = assessor.value_with(document, AS_OF, chosen, counts_parent=counts_parent)
        assert with_published(public, whole, chosen) == expected
        assert repr(public) == before
