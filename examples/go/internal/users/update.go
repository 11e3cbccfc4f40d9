package users

import (
	"slices"

	"google.golang.org/protobuf/proto"

	userv2 "example.com/protos/gen/go/user/v2"
)

// paths are fields of a user that a caller may change, as google.protobuf.FieldMask names them.
type paths map[string]bool

const wildcard = "*"

var wholeUser = paths{"name": true, "email": true, "age": true, "roles": true, "address": true}

// addressParts are in field order.
var addressParts = []struct {
	path string
	get  func(*userv2.Address) string
	set  func(*userv2.Address, string)
}{
	{"address.street", (*userv2.Address).GetStreet, func(a *userv2.Address, value string) { a.Street = value }},
	{"address.city", (*userv2.Address).GetCity, func(a *userv2.Address, value string) { a.City = value }},
	{"address.country", (*userv2.Address).GetCountry, func(a *userv2.Address, value string) { a.Country = value }},
	{"address.zip_code", (*userv2.Address).GetZipCode, func(a *userv2.Address, value string) { a.ZipCode = value }},
}

// isKnown reports whether a mask may have the path.
func isKnown(path string) bool {
	if path == wildcard || wholeUser[path] {
		return true
	}
	for _, part := range addressParts {
		if path == part.path {
			return true
		}
	}
	return false
}

// changingPaths returns the paths of a mask. For an empty mask, it returns the fields that are set in the user.
func changingPaths(user *userv2.User, mask []string) paths {
	if len(mask) == 0 {
		return paths{
			"name":    user.GetName() != "",
			"email":   user.GetEmail() != "",
			"age":     user.Age != nil,
			"roles":   len(user.GetRoles()) > 0,
			"address": user.GetAddress() != nil,
		}
	}
	if slices.Contains(mask, wildcard) {
		return wholeUser
	}
	named := paths{}
	for _, path := range mask {
		named[path] = true
	}
	return named
}

// updated returns a copy of a stored user with the new values at the paths. Paths without a value are cleared.
func updated(stored, values *userv2.User, at paths) *userv2.User {
	user := proto.CloneOf(stored)
	if at["name"] {
		user.Name = values.GetName()
	}
	if at["email"] {
		user.Email = values.GetEmail()
	}
	if at["age"] {
		user.Age = values.Age
	}
	if at["roles"] {
		user.Roles = values.GetRoles()
	}
	if at["address"] {
		user.Address = values.GetAddress()
		return user
	}
	for _, part := range addressParts {
		if !at[part.path] {
			continue
		}
		if user.Address == nil {
			user.Address = &userv2.Address{}
		}
		part.set(user.Address, part.get(values.GetAddress()))
	}
	return user
}

// writable returns the fields of a user that callers set: no id, no time, no unknown fields.
func writable(user *userv2.User) *userv2.User {
	w := &userv2.User{Name: user.GetName(), Email: user.GetEmail(), Age: user.Age, Roles: user.GetRoles()}
	if a := user.GetAddress(); a != nil {
		w.Address = &userv2.Address{
			Street:  a.GetStreet(),
			City:    a.GetCity(),
			Country: a.GetCountry(),
			ZipCode: a.GetZipCode(),
		}
	}
	return w
}
