package server

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

func TestAKnownTokenIsAcceptedUntilItExpires(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// Inside the bubble, time.Sleep moves a fake clock and takes no time.
	synctest.Test(t, func(t *testing.T) {
		const lifetime = 10 * time.Second
		claims := jwt.MapClaims{"sub": "a", "scope": "users.read", "exp": time.Now().Add(lifetime).Unix()}
		token, err := jwt.NewWithClaims(jwt.SigningMethodES256, claims).SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		keys := jwt.VerificationKeySet{Keys: []jwt.VerificationKey{&key.PublicKey}}
		authenticate := authenticate(keys, newRateLimit(100))
		ctx := metadata.NewIncomingContext(t.Context(), metadata.Pairs("authorization", "Bearer "+token))
		call := func() codes.Code {
			return status.Code(authenticate(ctx, "/a.B/C", func(context.Context) error { return nil }))
		}
		if code := call(); code != codes.OK {
			t.Errorf("the first call ended with %v", code)
		}
		time.Sleep(lifetime - 1)
		if code := call(); code != codes.OK {
			t.Errorf("just before it expires: %v", code)
		}
		time.Sleep(1)
		if code := call(); code != codes.Unauthenticated {
			t.Errorf("when it has expired: %v", code)
		}
	})
}
