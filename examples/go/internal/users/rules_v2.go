package users

import (
	"fmt"
	"regexp"

	"example.com/protos/examples/go/internal/fields"
	userv2 "example.com/protos/gen/go/user/v2"
)

const (
	maxAge               = 150
	maxRoles             = 20
	maxAddressPartLength = 200
	// maxPaths is the maximum number of paths in a mask: more than enough to name each field once.
	maxPaths = 100
)

var role = regexp.MustCompile(`^[a-z0-9._-]{1,50}$`)

func checkID(id string) (number int64, err error) {
	var check fields.Check
	number = checkUserID(&check, "id", id)
	return number, check.Err()
}

func checkNew(user *userv2.User, requestID string) error {
	var check fields.Check
	if check.That(user != nil, "user", "must be set"); user == nil {
		return check.Err()
	}
	checkFields(&check, user, wholeUser)
	check.OptionalUUID("request_id", requestID)
	return check.Err()
}

// checkUpdate returns the number of the user, and the fields that change. It checks no other fields.
func checkUpdate(user *userv2.User, mask []string) (number int64, changing paths, err error) {
	var check fields.Check
	if check.That(user != nil, "user", "must be set"); user == nil {
		return 0, nil, check.Err()
	}
	if len(mask) > maxPaths {
		check.That(false, "update_mask.paths", fmt.Sprintf("must be at most %d", maxPaths))
		return 0, nil, check.Err()
	}
	number = checkUserID(&check, "user.id", user.GetId())
	changing = changingPaths(user, mask)
	checkFields(&check, user, changing)
	for i, path := range mask {
		check.That(
			isKnown(path), fmt.Sprintf("update_mask.paths[%d]", i),
			"must name a field that can be changed, or be *",
		)
	}
	return number, changing, check.Err()
}

func checkUserID(check *fields.Check, field, id string) int64 {
	number, ok := numberOf(id)
	check.That(ok, field, "must be usr- and the number of a user, such as usr-1")
	return number
}

// checkFields checks the fields of a user at the paths.
func checkFields(check *fields.Check, user *userv2.User, at paths) {
	if at["name"] {
		checkName(check, "user.name", user.GetName())
	}
	if at["email"] {
		checkEmail(check, "user.email", user.GetEmail())
	}
	if at["age"] {
		check.That(0 <= user.GetAge() && user.GetAge() <= maxAge, "user.age", fmt.Sprintf("must be 0 to %d", maxAge))
	}
	if at["roles"] {
		checkRoles(check, user.GetRoles())
	}
	for _, part := range addressParts {
		if at["address"] || at[part.path] {
			check.Text("user."+part.path, part.get(user.GetAddress()), 0, maxAddressPartLength)
		}
	}
}

// checkRoles does not check each role of a user who has too many.
func checkRoles(check *fields.Check, roles []string) {
	if len(roles) > maxRoles {
		check.That(false, "user.roles", fmt.Sprintf("must be at most %d", maxRoles))
		return
	}
	for i, r := range roles {
		check.That(
			role.MatchString(r), fmt.Sprintf("user.roles[%d]", i),
			"must have 1 to 50 characters of a-z, 0-9, dot, _ and -",
		)
	}
}
