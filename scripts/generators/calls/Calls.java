import java.net.http.HttpClient;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.*;
import org.openapitools.client.model.*;

/** openapi-generator's Java client: the calls of a trade. Argument: the address of the server. */
public class Calls {
  static String url;

  static ApiClient asPerson(String token) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(url);
    // Over plain http it would ask for HTTP/2.
    client.setHttpClientBuilder(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1));
    if (token != null)
      client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
    return client;
  }

  static String id() {
    return UUID.randomUUID().toString();
  }

  static ApiClient join(String nickname) throws ApiException {
    AuthApi auth = new AuthApi(asPerson(null));
    String email = id() + "@example.com";
    auth.signUp(new SignUp().email(email).password("long enough").nickname(nickname));
    return asPerson(auth.logIn(new LogIn().email(email).password("long enough")).getAccessToken());
  }

  static void must(boolean holds, String name) {
    if (!holds) throw new IllegalStateException(name);
  }

  public static void main(String[] args) throws Exception {
    url = args[0];
    ApiClient seller = join("Seller");
    ApiClient buyer = join("Buyer");
    Listing listing =
        new ListingsApi(seller)
            .createListing(
                new CreateListing()
                    .title("Road bike")
                    .description("Ridden for two summers")
                    .price(250000L)
                    .category(CategoryInput.SPORTS)
                    .location(new Coordinates().latitude(37.5).longitude(127.0)),
                null);
    must(
        !new ListingsApi(buyer)
            .listListings(null, null, null, null, null, null, null, 5, null)
            .getItems()
            .isEmpty(),
        "feed");
    ConversationsApi talks = new ConversationsApi(buyer);
    String talk =
        talks.openConversation(new OpenConversation().listingId(listing.getId()), null).getId();
    String text = "Is it still there?";
    talks.sendMessage(talk, new MessageDraft().clientMessageId(id()).text(text));
    must(
        talks.readHistory(talk, null, null, null).getItems().stream()
            .anyMatch(entry -> text.equals(entry.getText())),
        "history");
    Offer offer =
        new OffersApi(buyer)
            .makeOffer(talk, new OfferDraft().clientMessageId(id()).amount(220000L))
            .getOffer();
    new ConversationsApi(seller)
        .sync(
            new PullSync().known(List.of(new PullSyncKnownInner().conversationId(talk).seq(1L))));
    try {
      new AuthApi(asPerson(null)).logIn(new LogIn().email(id() + "@example.com").password("other"));
      throw new IllegalStateException("refused login");
    } catch (ApiException refused) {
      must(
          refused.getCode() == 401 && refused.getResponseBody().contains("UNAUTHENTICATED"),
          "refused login: " + refused.getMessage());
    }
    Offer accepted =
        new OffersApi(seller)
            .acceptOffer(
                offer.getId(),
                new AcceptOffer()
                    .amount(offer.getAmount())
                    .version(offer.getVersion())
                    .clientMessageId(id()))
            .getOffer();
    OffsetDateTime at =
        OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.HOURS).plusDays(1);
    new DealsApi(buyer)
        .setAppointment(
            accepted.getDealId(),
            new SetAppointment().at(at).place(new MeetingPlace().name("Hapjeong station")),
            null);
    new MeApi(buyer)
        .registerDevice(
            id(),
            new RegisterDevice().provider(RegisterDevice.ProviderEnum.LOG).token("phone-1"));
  }
}
