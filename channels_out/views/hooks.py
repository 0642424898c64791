"""What providers post to us. Nothing is stored before the signature has been checked."""

import logging
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.access import webhook
from accounts.queries.lookups import owner_of
from channels_out.actions.configuration import config_of, provider_of
from channels_out.actions.inbound import receive
from channels_out.actions.statuses import record_status
from channels_out.exceptions import ChannelError
from channels_out.kinds.base import Callback, Callbacks
from channels_out.models import Channel
from channels_out.queries.channels import channel_of_hook
from cxhub.lib.ids import parse_uuid
from cxhub.lib.tallies import tally
from cxhub.lib.tenancy import tenant

logger = logging.getLogger("security")

EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


class Refused(Exception):
    """The request does not prove that it comes from this channel's provider."""

    status = 403


class Unreadable(Refused):
    """The provider signed it, and it is nothing that a provider posts."""

    status = 400


@csrf_exempt
@webhook("The provider's signature over our public address and every field.")
def status(
    request: HttpRequest, kind: str, provider: str, channel: str, message: str
) -> HttpResponse:
    """A report about a message: 204 whatever it says, 404 when the message is not the channel's."""
    try:
        found, callbacks, callback = _proven(request, kind, provider, channel)
    except Refused as refused:
        return HttpResponse(status=refused.status)
    message_id = parse_uuid(message)
    update = callbacks.parse_status(callback)
    with tenant(found.organisation_id):
        is_known = message_id is not None and record_status(
            channel=found, message_id=message_id, update=update
        )
    return HttpResponse(status=204 if is_known else 404)


@csrf_exempt
@webhook("The provider's signature over our public address and every field.")
def inbound(request: HttpRequest, kind: str, provider: str, channel: str) -> HttpResponse:
    """A text from a customer: stored once, answered with nothing to say."""
    try:
        found, callbacks, callback = _proven(request, kind, provider, channel)
    except Refused as refused:
        return HttpResponse(status=refused.status)
    text = callbacks.parse_inbound(callback)
    if text is None:
        logger.warning("hook_unreadable", extra={"channel": channel})
        return HttpResponse(status=400)
    with tenant(found.organisation_id):
        receive(
            channel=found,
            sender=text.sender,
            text=text.text,
            provider_id=text.provider_id,
            keyword=text.keyword,
            media=text.media,
        )
    return HttpResponse(EMPTY_ANSWER, content_type="text/xml")


def _proven(
    request: HttpRequest, kind: str, provider: str, channel: str
) -> tuple[Channel, Callbacks, Callback]:
    """The channel that the request proves to concern; Refused leaves a line and a count."""
    found = _channel(channel)
    if found is None or (found.kind, found.provider) != (kind, provider):
        raise _refusal("unknown_channel", channel)
    try:
        callbacks, config = provider_of(found).callbacks, config_of(found)
    except ChannelError as error:
        raise _refusal("unknown_provider", channel) from error
    if callbacks is None:
        raise _refusal("no_callbacks", channel)
    callback = _callback(request)
    if not callbacks.is_authentic(callback, config):
        raise _refusal("bad_signature", channel)
    if request.method != "POST" or not callback.form:
        raise Unreadable
    if not callbacks.is_ours(callback, config):
        raise _refusal("foreign_account", channel)
    return found, callbacks, callback


def _channel(text: str) -> Channel | None:
    pk: UUID | None = parse_uuid(text)
    owner = owner_of("channels_out_channel_owner", pk) if pk else None
    if owner is None:
        return None
    with tenant(owner.organisation_id):
        return channel_of_hook(owner.organisation_id, owner.row_id)


def _callback(request: HttpRequest) -> Callback:
    """The request as the provider signed it: under our public address, never under its Host."""
    return Callback(
        url=f"{settings.SITE_URL}{request.get_full_path()}",
        form={name: request.POST.getlist(name) for name in request.POST},
        headers=request.headers,
        body=request.body.decode("utf-8", "replace") if not request.POST else "",
    )


def _refusal(why: str, channel: str) -> Refused:
    tally("hook_refused")
    logger.warning("hook_refused", extra={"why": why, "channel": channel[:40]})
    return Refused(why)
