"""Text made once, filled for each reader."""

from django.utils.safestring import SafeString

from cxhub.lib.marks import Marked, mark


def test_a_value_is_escaped_and_is_not_searched_for_marks():
    text = Marked(f"<a href='/{mark('slug')}/'>{mark('name')}, {mark('name')}</a>")
    names = iter([f"<{mark('slug')}>"])

    filled = text.filled({"slug": lambda: "lune", "name": lambda: next(names)})

    assert filled == "<a href='/lune/'>&lt;mark--slug--mark&gt;, &lt;mark--slug--mark&gt;</a>"
    assert isinstance(filled, SafeString)


def test_only_the_values_that_a_text_names_are_computed():
    assert Marked("plain").filled({"name": lambda: 1 / 0}) == "plain"
