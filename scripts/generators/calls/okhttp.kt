/** openapi-generator's Kotlin client with OkHttp and Moshi: the calls of a trade. Argument: the address of the server. */

import java.time.OffsetDateTime
import java.time.ZoneOffset
import java.time.temporal.ChronoUnit
import java.util.UUID
import org.openapitools.client.apis.*
import org.openapitools.client.infrastructure.*
import org.openapitools.client.models.*

fun id() = UUID.randomUUID().toString()

class Person(val url: String, val token: String?) {
    // The token belongs to all clients of the process, so it is set anew before each call.
    private fun <T : ApiClient> signedIn(api: T): T = api.also { ApiClient.accessToken = token }
    val auth get() = signedIn(AuthApi(url))
    val listings get() = signedIn(ListingsApi(url))
    val talks get() = signedIn(ConversationsApi(url))
    val offers get() = signedIn(OffersApi(url))
    val deals get() = signedIn(DealsApi(url))
    val me get() = signedIn(MeApi(url))
}

fun join(url: String, nickname: String): Person {
    val nobody = Person(url, null)
    val email = "${id()}@example.com"
    nobody.auth.signUp(SignUp(email = email, password = "long enough", nickname = nickname))
    return Person(url, nobody.auth.logIn(LogIn(email = email, password = "long enough")).accessToken)
}

fun main(args: Array<String>) {
    val url = args[0]
    val seller = join(url, "Seller")
    val buyer = join(url, "Buyer")
    val listing = seller.listings.createListing(
        CreateListing(
            title = "Road bike", description = "Ridden for two summers", price = 250000,
            category = CategoryInput.sports, location = Coordinates(latitude = 37.5, longitude = 127.0),
        ),
    )
    check(buyer.listings.listListings(limit = 5).items.isNotEmpty()) { "feed" }
    val talk = buyer.talks.openConversation(OpenConversation(listingId = listing.id)).id
    val text = "Is it still there?"
    buyer.talks.sendMessage(talk, MessageDraft(clientMessageId = id(), text = text))
    check(buyer.talks.readHistory(talk).items.any { it.text == text }) { "history" }
    val offer = buyer.offers.makeOffer(talk, OfferDraft(clientMessageId = id(), amount = 220000)).offer
    seller.talks.sync(PullSync(known = listOf(PullSyncKnownInner(conversationId = talk, seq = 1))))
    try {
        Person(url, null).auth.logIn(LogIn(email = "${id()}@example.com", password = "other"))
        error("refused login: taken")
    } catch (refused: ClientException) {
        val body = (refused.response as ClientError<*>).body.toString()
        check(refused.statusCode == 401 && "UNAUTHENTICATED" in body) { "refused login: $body" }
    }
    val accepted = seller.offers.acceptOffer(
        offer.id,
        AcceptOffer(amount = offer.amount, version = offer.version, clientMessageId = id()),
    ).offer
    val at = OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.HOURS).plusDays(1)
    buyer.deals.setAppointment(accepted.dealId!!, SetAppointment(at = at, place = MeetingPlace("Hapjeong station")))
    buyer.me.registerDevice(id(), RegisterDevice(provider = RegisterDevice.Provider.log, token = "phone-1"))
}
