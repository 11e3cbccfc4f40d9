package dial

import "context"

// Bearer adds a token to each call.
type Bearer string

// GetRequestMetadata is called for each call.
func (b Bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

// RequireTransportSecurity keeps grpc-go from sending the token in plaintext.
func (Bearer) RequireTransportSecurity() bool { return true }
