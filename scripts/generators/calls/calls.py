"""openapi-generator's Python client: the calls of a trade. Argument: the address of the server."""

import sys
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import openapi_client as haggle


def as_person(token=None):
    client = haggle.ApiClient(haggle.Configuration(host=sys.argv[1], access_token=token))
    names = ("AuthApi", "ListingsApi", "ConversationsApi", "OffersApi", "DealsApi", "MeApi")
    return {name: getattr(haggle, name)(client) for name in names}


nobody = as_person()


def join(nickname):
    email, password = f"{uuid4()}@example.com", "long enough"
    nobody["AuthApi"].sign_up(haggle.SignUp(email=email, password=password, nickname=nickname))
    return as_person(nobody["AuthApi"].log_in(haggle.LogIn(email=email, password=password)).access_token)


seller, buyer = join("Seller"), join("Buyer")
listing = seller["ListingsApi"].create_listing(
    haggle.CreateListing(
        title="Road bike",
        description="Ridden for two summers",
        price=250000,
        category=haggle.CategoryInput.SPORTS,
        location=haggle.Coordinates(latitude=37.5, longitude=127.0),
    )
)
assert buyer["ListingsApi"].list_listings(limit=5).items, "feed: empty"
talk = buyer["ConversationsApi"].open_conversation(haggle.OpenConversation(listing_id=listing.id)).id
text = "Is it still there?"
buyer["ConversationsApi"].send_message(talk, haggle.MessageDraft(client_message_id=str(uuid4()), text=text))
history = buyer["ConversationsApi"].read_history(talk)
assert any(entry.text == text for entry in history.items), "history: no text"
offer = buyer["OffersApi"].make_offer(
    talk, haggle.OfferDraft(client_message_id=str(uuid4()), amount=220000)
).offer
seller["ConversationsApi"].sync(
    haggle.PullSync(known=[haggle.PullSyncKnownInner(conversation_id=talk, seq=1)])
)
try:
    nobody["AuthApi"].log_in(haggle.LogIn(email=f"{uuid4()}@example.com", password="not this one"))
    raise SystemExit("refused login: taken")
except haggle.ApiException as error:
    assert error.status == 401 and error.data.code == "UNAUTHENTICATED", error
accepted = seller["OffersApi"].accept_offer(
    offer.id,
    haggle.AcceptOffer(amount=offer.amount, version=offer.version, client_message_id=str(uuid4())),
)
at = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
buyer["DealsApi"].set_appointment(
    accepted.offer.deal_id,
    haggle.SetAppointment(at=at, place=haggle.MeetingPlace(name="Hapjeong station")),
)
buyer["MeApi"].register_device(str(uuid4()), haggle.RegisterDevice(provider="log", token="phone-1"))
