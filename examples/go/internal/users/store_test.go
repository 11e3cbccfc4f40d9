package users

import (
	"testing"

	userv2 "example.com/protos/gen/go/user/v2"
)

func TestAPageStaysAsItWas(t *testing.T) {
	store := NewStore()
	page, _ := store.page(0, 3)
	store.update(2, func(*userv2.User) *userv2.User { return &userv2.User{Name: "Another"} })
	if name := page[1].GetName(); name != "Cillian" {
		t.Errorf("the page now has %q", name)
	}
}
