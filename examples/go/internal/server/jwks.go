package server

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"

	"github.com/golang-jwt/jwt/v5"
)

// jwk has the fields of an ES256 public key in a JSON Web Key (RFC 7517).
type jwk struct {
	KeyType string `json:"kty"`
	Curve   string `json:"crv"`
	X       string `json:"x"`
	Y       string `json:"y"`
}

// readKeys reads the ES256 keys of a JSON Web Key Set.
func readKeys(file string) (jwt.VerificationKeySet, error) {
	var keys jwt.VerificationKeySet
	text, err := os.ReadFile(file)
	if err != nil {
		return keys, err
	}
	var set struct {
		Keys []jwk `json:"keys"`
	}
	if err := json.Unmarshal(text, &set); err != nil {
		return keys, fmt.Errorf("%s: %w", file, err)
	}
	for _, key := range set.Keys {
		if key.KeyType != "EC" || key.Curve != "P-256" {
			continue
		}
		public, err := key.public()
		if err != nil {
			return keys, fmt.Errorf("%s: %w", file, err)
		}
		keys.Keys = append(keys.Keys, public)
	}
	if len(keys.Keys) == 0 {
		return keys, fmt.Errorf("%s has no key for ES256", file)
	}
	return keys, nil
}

func (k jwk) public() (*ecdsa.PublicKey, error) {
	point := []byte{4} // both coordinates follow
	for _, coordinate := range []string{k.X, k.Y} {
		bytes, err := base64.RawURLEncoding.DecodeString(coordinate)
		if err != nil {
			return nil, err
		}
		point = append(point, bytes...)
	}
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
}
