// The client of oapi-codegen: the calls of a trade. Argument: the address of the server.
package main

import (
	"context"
	"fmt"
	"log"
	"math/rand"
	"net/http"
	"os"
	"time"

	"example.com/haggle/haggle"
	"github.com/oapi-codegen/runtime/types"
)

var background = context.Background()

func id() string { return fmt.Sprintf("go-%016x", rand.Uint64()) }

func asPerson(token string) *haggle.ClientWithResponses {
	client, err := haggle.NewClientWithResponses(os.Args[1], haggle.WithRequestEditorFn(
		func(_ context.Context, request *http.Request) error {
			if token != "" {
				request.Header.Set("Authorization", "Bearer "+token)
			}
			return nil
		}))
	if err != nil {
		log.Fatal(err)
	}
	return client
}

// done gives what was answered, or ends the program with what went wrong.
func done[T any](name string, answer *T, body []byte, err error) *T {
	if err != nil || answer == nil {
		log.Fatalf("%s: %v %s", name, err, body)
	}
	return answer
}

func join(nickname string) *haggle.ClientWithResponses {
	nobody := asPerson("")
	email, password := types.Email(id()+"@example.com"), "long enough"
	made, err := nobody.SignUpWithResponse(background, haggle.SignUp{Email: email, Password: password, Nickname: nickname})
	done("sign-up", made.JSON201, made.Body, err)
	session, err := nobody.LogInWithResponse(background, haggle.LogIn{Email: email, Password: password})
	return asPerson(done("login", session.JSON200, session.Body, err).AccessToken)
}

func main() {
	seller, buyer := join("Seller"), join("Buyer")
	made, err := seller.CreateListingWithResponse(background, nil, haggle.CreateListing{
		Title: "Road bike", Description: "Ridden for two summers", Price: 250000,
		Category: haggle.CategoryInputSports, Location: &haggle.Coordinates{Latitude: 37.5, Longitude: 127},
	})
	listing := done("create listing", made.JSON201, made.Body, err)
	limit := int32(5)
	feed, err := buyer.ListListingsWithResponse(background, &haggle.ListListingsParams{Limit: &limit})
	if len(done("feed", feed.JSON200, feed.Body, err).Items) == 0 {
		log.Fatal("feed: empty")
	}
	opened, err := buyer.OpenConversationWithResponse(background, nil, haggle.OpenConversation{ListingId: listing.Id})
	talk := done("open conversation", opened.JSON201, opened.Body, err).Id
	text := "Is it still there?"
	sent, err := buyer.SendMessageWithResponse(background, talk, haggle.MessageDraft{ClientMessageId: id(), Text: &text})
	done("send message", sent.JSON201, sent.Body, err)
	history, err := buyer.ReadHistoryWithResponse(background, talk, nil)
	found := false
	for _, entry := range done("history", history.JSON200, history.Body, err).Items {
		found = found || entry.Text != nil && *entry.Text == text
	}
	if !found {
		log.Fatal("history: no text")
	}
	offered, err := buyer.MakeOfferWithResponse(background, talk, haggle.OfferDraft{ClientMessageId: id(), Amount: 220000})
	offer := done("make offer", offered.JSON201, offered.Body, err).Offer
	pulled, err := seller.SyncWithResponse(background, haggle.PullSync{})
	done("sync", pulled.JSON200, pulled.Body, err)
	refused, err := asPerson("").LogInWithResponse(background, haggle.LogIn{Email: types.Email(id() + "@example.com"), Password: "not this one"})
	if done("refused login", refused.ApplicationproblemJSON401, refused.Body, err).Code != "UNAUTHENTICATED" {
		log.Fatalf("refused login: %s", refused.Body)
	}
	accepted, err := seller.AcceptOfferWithResponse(background, offer.Id, nil,
		haggle.AcceptOffer{Amount: offer.Amount, Version: offer.Version, ClientMessageId: id()})
	deal := *done("accept", accepted.JSON200, accepted.Body, err).Offer.DealId
	at := time.Now().UTC().Truncate(time.Hour).Add(24 * time.Hour)
	appointed, err := buyer.SetAppointmentWithResponse(background, deal, nil,
		haggle.SetAppointment{At: at, Place: haggle.MeetingPlace{Name: "Hapjeong station"}})
	done("set appointment", appointed.JSON200, appointed.Body, err)
	token := "phone-1"
	device, err := buyer.RegisterDeviceWithResponse(background, id(), haggle.RegisterDevice{Provider: "log", Token: &token})
	done("register device", device.JSON200, device.Body, err)
}
