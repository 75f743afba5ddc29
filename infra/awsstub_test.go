package main

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// awsStub answers as much of S3, SNS and SQS as it takes to have the function
// write every kind of line. How AWS really behaves is no matter here: the local
// system and the fake of package s3store are for that.
type awsStub struct {
	mu      sync.Mutex
	buckets map[string]map[string]string // name → what is stored of it, by query
}

var tagValue = regexp.MustCompile(`<Value>([^<]*)</Value>`)

func (a *awsStub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch name, key, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/"); {
	case r.Header.Get("X-Amz-Target") != "":
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		fmt.Fprint(w, `{}`)
	case name == "":
		fmt.Fprint(w, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>`)
	case name == "fusion-rms-stranger" && r.Method == http.MethodPut:
		refuse(w, http.StatusConflict, "BucketAlreadyExists")
	case name == "fusion-rms-stranger":
		refuse(w, http.StatusForbidden, "AccessDenied")
	case key != "":
		a.folder(w, r, a.buckets[name])
	case r.Method == http.MethodPut && r.URL.RawQuery == "":
		a.buckets[name] = map[string]string{"tagging": tagValue.FindStringSubmatch(string(body))[1]}
	case a.buckets[name] == nil:
		refuse(w, http.StatusNotFound, "NoSuchBucket")
	default:
		a.configuration(w, r, a.buckets[name], string(body))
	}
}

func (a *awsStub) folder(w http.ResponseWriter, r *http.Request, bucket map[string]string) {
	if r.Method == http.MethodPut {
		bucket["folder"] = "yes"
	} else if bucket["folder"] == "" {
		w.WriteHeader(http.StatusForbidden)
	}
}

func (a *awsStub) configuration(w http.ResponseWriter, r *http.Request, bucket map[string]string, body string) {
	what, _, _ := strings.Cut(strings.TrimSuffix(r.URL.RawQuery, "="), "&")
	if r.Method == http.MethodPut {
		if what == "policy" && strings.Contains(body, "user/rms_nouser") {
			refuse(w, http.StatusBadRequest, "MalformedPolicy")
			return
		}
		bucket[what] = body
		return
	}
	switch stored := bucket[what]; {
	case what == "tagging":
		fmt.Fprintf(w, "<Tagging><TagSet><Tag><Key>OrgId</Key><Value>%s</Value></Tag></TagSet></Tagging>", stored)
	case stored != "":
		fmt.Fprint(w, stored)
	case what == "policy":
		refuse(w, http.StatusNotFound, "NoSuchBucketPolicy")
	default:
		refuse(w, http.StatusNotFound, "NoSuchPublicAccessBlockConfiguration")
	}
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>Invalid principal in policy</Message></Error>", code)
}
