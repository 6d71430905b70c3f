import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.*;
import org.openapitools.client.api.AuthApi.*;
import org.openapitools.client.api.ConversationsApi.*;
import org.openapitools.client.api.DealsApi.*;
import org.openapitools.client.api.ListingsApi.*;
import org.openapitools.client.api.MeApi.*;
import org.openapitools.client.api.OffersApi.*;
import org.openapitools.client.model.*;

/** openapi-generator's Java client: the calls of a trade. Argument: the address of the server. */
public class Calls {
  static String url;

  static ApiClient asPerson(String token) {
    ApiClient client = new ApiClient();
    client.updateBaseUri(url);
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
    auth.signUp(
        APISignUpRequest.newBuilder()
            .signUp(new SignUp().email(email).password("long enough").nickname(nickname))
            .build());
    return asPerson(logIn(auth, email, "long enough").getAccessToken());
  }

  static SignedIn logIn(AuthApi auth, String email, String password) throws ApiException {
    LogIn fields = new LogIn().email(email).password(password);
    return auth.logIn(APILogInRequest.newBuilder().logIn(fields).build());
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
                APICreateListingRequest.newBuilder()
                    .createListing(
                        new CreateListing()
                            .title("Road bike")
                            .description("Ridden for two summers")
                            .price(250000L)
                            .category(CategoryInput.SPORTS)
                            .location(new Coordinates().latitude(37.5).longitude(127.0)))
                    .build());
    must(
        !new ListingsApi(buyer)
            .listListings(APIListListingsRequest.newBuilder().limit(5).build())
            .getItems()
            .isEmpty(),
        "feed");
    ConversationsApi talks = new ConversationsApi(buyer);
    String talk =
        talks
            .openConversation(
                APIOpenConversationRequest.newBuilder()
                    .openConversation(new OpenConversation().listingId(listing.getId()))
                    .build())
            .getId();
    String text = "Is it still there?";
    talks.sendMessage(
        APISendMessageRequest.newBuilder()
            .id(talk)
            .messageDraft(new MessageDraft().clientMessageId(id()).text(text))
            .build());
    must(
        talks.readHistory(APIReadHistoryRequest.newBuilder().id(talk).build()).getItems().stream()
            .anyMatch(entry -> text.equals(entry.getText())),
        "history");
    Offer offer =
        new OffersApi(buyer)
            .makeOffer(
                APIMakeOfferRequest.newBuilder()
                    .id(talk)
                    .offerDraft(new OfferDraft().clientMessageId(id()).amount(220000L))
                    .build())
            .getOffer();
    new ConversationsApi(seller)
        .sync(
            APISyncRequest.newBuilder()
                .pullSync(
                    new PullSync()
                        .known(List.of(new PullSyncKnownInner().conversationId(talk).seq(1L))))
                .build());
    try {
      logIn(new AuthApi(asPerson(null)), id() + "@example.com", "other");
      throw new IllegalStateException("refused login");
    } catch (ApiException refused) {
      must(
          refused.getCode() == 401 && refused.getResponseBody().contains("UNAUTHENTICATED"),
          "refused login: " + refused.getMessage());
    }
    Offer accepted =
        new OffersApi(seller)
            .acceptOffer(
                APIAcceptOfferRequest.newBuilder()
                    .id(offer.getId())
                    .acceptOffer(
                        new AcceptOffer()
                            .amount(offer.getAmount())
                            .version(offer.getVersion())
                            .clientMessageId(id()))
                    .build())
            .getOffer();
    OffsetDateTime at =
        OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.HOURS).plusDays(1);
    new DealsApi(buyer)
        .setAppointment(
            APISetAppointmentRequest.newBuilder()
                .id(accepted.getDealId())
                .setAppointment(
                    new SetAppointment().at(at).place(new MeetingPlace().name("Hapjeong station")))
                .build());
    new MeApi(buyer)
        .registerDevice(
            APIRegisterDeviceRequest.newBuilder()
                .id(id())
                .registerDevice(
                    new RegisterDevice().provider(RegisterDevice.ProviderEnum.LOG).token("phone-1"))
                .build());
  }
}
