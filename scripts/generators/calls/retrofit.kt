/** openapi-generator's Kotlin client with Retrofit and kotlinx.serialization: the calls of a trade. Argument: the address of the server. */

import java.time.OffsetDateTime
import java.time.ZoneOffset
import java.time.temporal.ChronoUnit
import java.util.UUID
import org.openapitools.client.apis.*
import org.openapitools.client.infrastructure.*
import org.openapitools.client.models.*
import retrofit2.Call

fun id() = UUID.randomUUID().toString()

fun <T> Call<T>.answer(): T {
    val answer = execute()
    return answer.body() ?: error("${request().url}: ${answer.code()} ${answer.errorBody()?.string()}")
}

class Person(url: String, token: String?) {
    private val client = if (token == null) ApiClient(url) else ApiClient(url, authName = "accessToken", bearerToken = token)
    val auth = client.createService(AuthApi::class.java)
    val listings = client.createService(ListingsApi::class.java)
    val talks = client.createService(ConversationsApi::class.java)
    val offers = client.createService(OffersApi::class.java)
    val deals = client.createService(DealsApi::class.java)
    val me = client.createService(MeApi::class.java)
}

fun join(url: String, nickname: String): Person {
    val nobody = Person(url, null)
    val email = "${id()}@example.com"
    nobody.auth.signUp(SignUp(email = email, password = "long enough", nickname = nickname)).answer()
    return Person(url, nobody.auth.logIn(LogIn(email = email, password = "long enough")).answer().accessToken)
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
    ).answer()
    check(buyer.listings.listListings(limit = 5).answer().items.isNotEmpty()) { "feed" }
    val talk = buyer.talks.openConversation(OpenConversation(listingId = listing.id)).answer().id
    val text = "Is it still there?"
    buyer.talks.sendMessage(talk, MessageDraft(clientMessageId = id(), text = text)).answer()
    check(buyer.talks.readHistory(talk).answer().items.any { it.text == text }) { "history" }
    val offer = buyer.offers.makeOffer(talk, OfferDraft(clientMessageId = id(), amount = 220000)).answer().offer
    seller.talks.sync(PullSync(known = listOf(PullSyncKnownInner(conversationId = talk, seq = 1)))).answer()
    val refused = Person(url, null).auth.logIn(LogIn(email = "${id()}@example.com", password = "other")).execute()
    val problem = Serializer.kotlinxSerializationJson.decodeFromString<Problem>(refused.errorBody()!!.string())
    check(refused.code() == 401 && problem.code == "UNAUTHENTICATED") { "refused login: $problem" }
    val accepted = seller.offers.acceptOffer(
        offer.id,
        AcceptOffer(amount = offer.amount, version = offer.version, clientMessageId = id()),
    ).answer().offer
    val at = OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.HOURS).plusDays(1)
    buyer.deals.setAppointment(accepted.dealId!!, SetAppointment(at = at, place = MeetingPlace("Hapjeong station"))).answer()
    buyer.me.registerDevice(id(), RegisterDevice(provider = RegisterDevice.Provider.log, token = "phone-1")).answer()
}
