"""Twilio's requests to our hooks, signed as Twilio signs them."""

from tests.factories.channels_out import SHORT_CODE

NUMBER = "+33639980001"
SID = "SM" + "1" * 32


class Twilio:
    """Posts to our hooks like the double's account."""

    def __init__(self, double, settings, client):
        self.double, self.settings, self.client = double, settings, client

    def post(self, path, parameters, *, signed=None, signed_path="", **extra):
        url = f"{self.settings.SITE_URL}{signed_path or path}"
        signature = self.double.signature(url, parameters if signed is None else signed)
        return self.client.post(
            path, parameters, headers={"X-Twilio-Signature": signature, **extra}
        )


def inbound_path(channel):
    return f"/hooks/sms/twilio/{channel.pk}/in"


def status_path(channel, message_id):
    return f"/hooks/sms/twilio/{channel.pk}/status/{message_id}"


def reported(double, message, status, **more):
    return {
        "AccountSid": double.account_sid,
        "From": SHORT_CODE,
        "MessageSid": SID,
        "MessageStatus": status,
        "To": message.to,
        **more,
    }
