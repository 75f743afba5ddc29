package s3server

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/versity/versitygw/iamapi/storage"
	"github.com/versity/versitygw/iamapi/types"
)

// userStores are versitygw's stores of IAM users, one for each user. A store is a file that
// versitygw reads several times for each request to S3 and writes for each change, so with
// one for all users everything gets slower with each of them. The embedded store has the
// roles and sessions and no user: it answers for users that don't exist.
type userStores struct {
	storage.Storer
	dir string

	mu     sync.RWMutex
	made   int                  // stores so far, for the names of their directories
	byName map[string]userStore // by the name in lower case: IAM's names are unique without their case
	byKey  map[string]userStore // by access key id
}

// userStore is the store of one user.
type userStore struct {
	storage.Storer
	name string
}

func openUserStores(dir string) (*userStores, error) {
	others, err := newStore(filepath.Join(dir, "others"))
	if err != nil {
		return nil, err
	}
	return &userStores{Storer: others, dir: dir, byName: map[string]userStore{}, byKey: map[string]userStore{}}, nil
}

func newStore(dir string) (storage.Storer, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make a directory for IAM: %w", err)
	}
	return storage.NewInternal(dir)
}

// of returns the store of a user, which has none of that name if there is no such user.
func (u *userStores) of(name string) storage.Storer { return u.find(u.byName, strings.ToLower(name)) }

// ofKey returns the store of the user who has an access key.
func (u *userStores) ofKey(id string) storage.Storer { return u.find(u.byKey, id) }

func (u *userStores) find(in map[string]userStore, key string) storage.Storer {
	u.mu.RLock()
	defer u.mu.RUnlock()
	if store, ok := in[key]; ok {
		return store
	}
	return u.Storer
}

// CreateUser makes the user a store of its own. Names are unique in any case.
func (u *userStores) CreateUser(ctx context.Context, user types.User) (*types.User, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if store, ok := u.byName[strings.ToLower(user.UserName)]; ok {
		return store.CreateUser(ctx, user) // says that there is one
	}
	u.made++
	files, err := newStore(filepath.Join(u.dir, strconv.Itoa(u.made)))
	if err != nil {
		return nil, err
	}
	created, err := files.CreateUser(ctx, user)
	if err == nil {
		// A copy: fiber uses the memory of a request's strings again.
		store := userStore{files, strings.Clone(user.UserName)}
		u.byName[strings.ToLower(store.name)] = store
	}
	return created, err
}

// DeleteUser leaves the store's directory: a request under way would wait for its file.
func (u *userStores) DeleteUser(ctx context.Context, name string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	store, ok := u.byName[strings.ToLower(name)]
	if !ok {
		return u.Storer.DeleteUser(ctx, name)
	}
	err := store.DeleteUser(ctx, name) // refused as long as there are keys or policies
	if err == nil {
		delete(u.byName, strings.ToLower(name))
	}
	return err
}

// UpdateUser also renames a user. That the new name is free only this store of stores knows.
func (u *userStores) UpdateUser(ctx context.Context, in storage.UpdateUserInput) (*types.User, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	before, after := strings.ToLower(in.UserName), strings.ToLower(in.NewUserName)
	store, ok := u.byName[before]
	if !ok {
		return u.Storer.UpdateUser(ctx, in)
	}
	if other, taken := u.byName[after]; taken && after != before {
		return other.CreateUser(ctx, types.User{UserName: in.NewUserName}) // says that there is one
	}
	updated, err := store.UpdateUser(ctx, in)
	if err == nil {
		delete(u.byName, before)
		store.name = strings.Clone(updated.UserName)
		u.byName[strings.ToLower(store.name)] = store
	}
	return updated, err
}

// CreateAccessKey also notes whose key it is, which a request with it has to be asked of.
func (u *userStores) CreateAccessKey(ctx context.Context, in storage.CreateAccessKeyInput) (*types.AccessKey, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	store, ok := u.byName[strings.ToLower(in.UserName)]
	if !ok {
		return u.Storer.CreateAccessKey(ctx, in)
	}
	key, err := store.CreateAccessKey(ctx, in)
	if err == nil {
		u.byKey[strings.Clone(in.AccessKeyID)] = store
	}
	return key, err
}

// DeleteAccessKey also forgets whose key it was.
func (u *userStores) DeleteAccessKey(ctx context.Context, user, id string) error {
	err := u.of(user).DeleteAccessKey(ctx, user, id)
	if err == nil {
		u.mu.Lock()
		defer u.mu.Unlock()
		delete(u.byKey, id)
	}
	return err
}

// ListUsers returns a page of the users behind the marker, by name.
func (u *userStores) ListUsers(ctx context.Context, in storage.ListUsersInput) (*storage.ListUsersOutput, error) {
	out := &storage.ListUsersOutput{Users: []types.User{}}
	for _, store := range u.sorted() {
		if store.name <= in.Marker {
			continue
		}
		user, err := store.GetUser(ctx, store.name)
		if err != nil || !strings.HasPrefix(user.Path, in.PathPrefix) {
			continue // one who has just been deleted is no longer listed
		}
		if n := len(out.Users); in.MaxItems > 0 && n == int(in.MaxItems) {
			out.IsTruncated, out.Marker = true, out.Users[n-1].UserName
			break
		}
		out.Users = append(out.Users, *user)
	}
	return out, nil
}

func (u *userStores) sorted() []userStore {
	u.mu.RLock()
	defer u.mu.RUnlock()
	all := make([]userStore, 0, len(u.byName))
	for _, store := range u.byName {
		all = append(all, store)
	}
	slices.SortFunc(all, func(a, b userStore) int { return strings.Compare(a.name, b.name) })
	return all
}

// The rest is about one user, and that one's store does it.

func (u *userStores) GetUser(ctx context.Context, name string) (*types.User, error) {
	return u.of(name).GetUser(ctx, name)
}

func (u *userStores) GetUserByAccessKeyID(ctx context.Context, id string) (*types.User, error) {
	return u.ofKey(id).GetUserByAccessKeyID(ctx, id)
}

func (u *userStores) TagUser(ctx context.Context, name string, tags []types.Tag) error {
	return u.of(name).TagUser(ctx, name, tags)
}

func (u *userStores) UntagUser(ctx context.Context, name string, keys []string) error {
	return u.of(name).UntagUser(ctx, name, keys)
}

func (u *userStores) ListUserTags(ctx context.Context, in storage.ListUserTagsInput) (*storage.ListTagsOutput, error) {
	return u.of(in.UserName).ListUserTags(ctx, in)
}

func (u *userStores) UpdateAccessKey(ctx context.Context, in storage.UpdateAccessKeyInput) error {
	return u.of(in.UserName).UpdateAccessKey(ctx, in)
}

func (u *userStores) GetAccessKeyLastUsed(ctx context.Context, id string) (*storage.GetAccessKeyLastUsedOutput, error) {
	return u.ofKey(id).GetAccessKeyLastUsed(ctx, id)
}

func (u *userStores) ListAccessKeys(ctx context.Context, in storage.ListAccessKeysInput) (*storage.ListAccessKeysOutput, error) {
	return u.of(in.UserName).ListAccessKeys(ctx, in)
}

func (u *userStores) RecordAccessKeyUsage(ctx context.Context, id, service, region string, when time.Time) error {
	return u.ofKey(id).RecordAccessKeyUsage(ctx, id, service, region, when)
}

func (u *userStores) PutUserPolicy(ctx context.Context, in storage.PutUserPolicyInput) error {
	return u.of(in.UserName).PutUserPolicy(ctx, in)
}

func (u *userStores) GetUserPolicy(ctx context.Context, user, policy string) (*types.PolicyEntry, error) {
	return u.of(user).GetUserPolicy(ctx, user, policy)
}

func (u *userStores) DeleteUserPolicy(ctx context.Context, user, policy string) error {
	return u.of(user).DeleteUserPolicy(ctx, user, policy)
}

func (u *userStores) ListUserPolicies(ctx context.Context, in storage.ListUserPoliciesInput) (*storage.ListUserPoliciesOutput, error) {
	return u.of(in.UserName).ListUserPolicies(ctx, in)
}
