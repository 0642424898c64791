"""Telling machines that open every link of a message from people, by what can be measured.

Mail filters, chat previews and crawlers mostly say so, or ask in a way that no page load does.
One that behaves like a browser is not told from a person here; who opens several rating links
of one message within seconds is found out where visits are counted.
"""

import re

# Names that filters, previews, crawlers and plain HTTP clients give themselves; Cubot makes phones.
AUTOMATED = re.compile(
    r"(?<!cu)bot\b|crawl|spider|scan(?:ner)?\b|preview|prefetch|link.?check|url.?check|monitor"
    r"|facebookexternalhit|facebookcatalog|meta-external|whatsapp|slack-img"
    r"|iframely|embedly|vkshare|google-(?:safety|read-aloud|pagerenderer)|imageproxy"
    r"|barracuda|mimecast|proofpoint|urldefense|symantec|trend ?micro|forcepoint|fireeye|sophos"
    r"|safelinks|existence discovery|headless|phantomjs|python|curl|wget|libwww|okhttp|axios"
    r"|go-http|node-fetch|undici|java/|ruby|guzzle|httpclient|http-client",
    re.IGNORECASE,
)
AHEAD = ("prefetch", "prerender", "preview")


def looks_automated(method: str, user_agent: str, purpose: str) -> bool:
    """Whether a visit says itself that nobody looks.

    A HEAD shows nothing, a browser names itself, and one that loads ahead says why
    (`purpose`: the headers Sec-Purpose, Purpose and X-Purpose).
    """
    if method == "HEAD" or not user_agent.strip():
        return True
    if any(word in purpose.lower() for word in AHEAD):
        return True
    return AUTOMATED.search(user_agent) is not None
