package server

import (
	"context"
	"strings"

	"github.com/golang-jwt/jwt/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"example.com/protos/examples/go/internal/caller"
)

var healthPrefix = "/" + grpc_health_v1.Health_ServiceDesc.ServiceName + "/"

type claims struct {
	jwt.RegisteredClaims
	// Scope is a list, separated by spaces.
	Scope string `json:"scope"`
}

// authenticate identifies the caller by their token. Health needs no token.
//
// A call without a known token counts against the rate limit of its address before the token is verified. This limits
// the guessing of tokens, and the time that the server spends on signatures.
func authenticate(keys jwt.VerificationKeySet, limit *rateLimit) around {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodES256.Alg()}), jwt.WithExpirationRequired())
	keysOf := func(*jwt.Token) (any, error) { return keys, nil }
	known := newKnownTokens()
	return func(ctx context.Context, method string, next func(context.Context) error) error {
		if strings.HasPrefix(method, healthPrefix) {
			return next(ctx)
		}
		token, ok := bearerToken(ctx)
		who, isKnown := known.caller(token)
		if !isKnown {
			if err := limit.count(addressKey(ctx)); err != nil {
				return err
			}
			if !ok {
				return status.Error(codes.Unauthenticated, "send a token: authorization: Bearer TOKEN")
			}
			var c claims
			if _, err := parser.ParseWithClaims(token, &c, keysOf); err != nil || c.Subject == "" {
				// The reason is not disclosed, because it would help attackers.
				return status.Error(codes.Unauthenticated, "the token is not valid")
			}
			who = c.caller()
			known.add(token, who, c.ExpiresAt.Time)
		}
		return next(caller.NewContext(ctx, who))
	}
}

func (c claims) caller() caller.Caller {
	scopes := map[string]bool{}
	for _, scope := range strings.Fields(c.Scope) {
		scopes[scope] = true
	}
	return caller.Caller{Subject: c.Subject, Scopes: scopes}
}

// letAnybody replaces authenticate in a server without authentication, and admits every call.
func letAnybody(ctx context.Context, _ string, next func(context.Context) error) error {
	return next(caller.NewContext(ctx, caller.Anybody))
}

func bearerToken(ctx context.Context) (token string, ok bool) {
	values := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, token, ok := strings.Cut(values[0], " ")
	return strings.TrimLeft(token, " "), ok && strings.EqualFold(scheme, "bearer")
}
