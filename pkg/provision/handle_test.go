package provision_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

func TestTheFailureOfALastReceiveIsAnnounced(t *testing.T) {
	last := func(w *world) provision.Report {
		return w.handler.Handle(w.t.Context(), provision.Delivery{Event: org.OrganizationCreated{OrgID: id}, Last: true})
	}
	inWorld(t, func(w *world) {
		w.s3.SetQuota(0)
		if report := last(w); !report.Announced || len(w.failed) != 1 || w.failed[0].Code != fault.BucketQuotaExceeded {
			t.Errorf("report %+v, announced %v", report, w.failed)
		}
	})
	inWorld(t, func(w *world) {
		w.s3.SetQuota(0)
		w.err = errors.New("SNS is down")
		if report := last(w); report.Announced || report.AnnounceError == nil || report.Failure.Code != fault.BucketQuotaExceeded {
			t.Errorf("report %+v", report)
		}
	})
	inWorld(t, func(w *world) {
		w.s3.SetQuota(0)
		if w.deliver(); len(w.failed) > 0 {
			t.Errorf("a failure was announced before the last receive: %v", w.failed)
		}
	})
}

// breaking is outcomes whose every announcement panics.
type breaking struct{ provision.Outcomes }

func TestAPanicOfAnAnnouncementIsAFailureOfItsDelivery(t *testing.T) {
	inWorld(t, func(w *world) {
		w.ready(n1, provision.StatusCreated, everything...)
		store := s3store.New(w.s3.Client(s3fake.ClientOptions{AccessKeyID: "function"}), account, homes)
		handler := provision.NewHandler(provision.NewService(bucket.Naming{Account: account, Region: "us-east-1", BucketPrefix: "fusion-rms-", ClientAccount: account, ClientUserPrefix: "rms_"}, store, store), breaking{})
		report := handler.Handle(w.t.Context(), provision.Delivery{Event: org.OrganizationCreated{OrgID: id}, Last: true})
		if report.Failure == nil || report.Failure.Code != fault.Internal || report.Announced || !fault.Is(report.AnnounceError, fault.Internal) {
			t.Errorf("got %+v", report)
		}
	})
}

// An operator sees which bucket a failure is about.
func TestAFailureNamesTheBucketThatWasWorkedOn(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.RemoveUser(user)
		if report := w.deliver(); report.Failure == nil || report.Result.Bucket != n1 || !slices.Contains(report.Result.Changes, bucket.FacetBucket) {
			t.Errorf("got %+v", report)
		}
	})
}

func TestASuccessThatCouldNotBeAnnouncedIsAFailure(t *testing.T) {
	inWorld(t, func(w *world) {
		w.err = fault.New(fault.PublishFailed, "SNS is down")
		w.fails(fault.PublishFailed, fault.StepPublish)
		w.err = nil
		w.ready(n1, provision.StatusUnchanged)
	})
}

func TestWithTooLittleTimeNothingIsBegun(t *testing.T) {
	inWorld(t, func(w *world) {
		ctx, cancel := context.WithTimeout(w.t.Context(), 1500*time.Millisecond)
		defer cancel()
		report := w.handler.Handle(ctx, provision.Delivery{Event: org.OrganizationCreated{OrgID: id}})
		if !report.Untouched || report.Failure.Code != fault.DeadlineExceeded || !strings.HasPrefix(report.Failure.Message, "1.5s of") || len(w.s3.Calls()) > 0 {
			t.Errorf("report %+v, calls %v", report, w.s3.Calls())
		}
	})
}

func TestAnIDWithoutLegalNamesIsRefusedAndNotAnnouncedAsAnOrganization(t *testing.T) {
	inWorld(t, func(w *world) {
		report := w.handler.Handle(w.t.Context(), provision.Delivery{Event: org.OrganizationCreated{OrgID: "s3alias"}, Last: true})
		if report.Failure == nil || report.Failure.Code != fault.InvalidOrganizationID || report.Failure.Step != fault.StepParse || len(w.s3.Calls()) > 0 {
			t.Errorf("got %+v", report.Failure)
		}
	})
}

func TestAPanicBelowIsAFailureOfItsDelivery(t *testing.T) {
	handler := provision.NewHandler(provision.NewService(bucket.Naming{Region: "us-east-1", BucketPrefix: "fusion-rms-"}, nil, nil), &announced{})
	report := handler.Handle(t.Context(), provision.Delivery{Event: org.OrganizationCreated{OrgID: id}, Last: true})
	if report.Failure == nil || report.Failure.Code != fault.Internal || !report.Announced {
		t.Errorf("got %+v", report)
	}
}
