package proof

import (
	"context"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/proof"
)

// choose breaks the call that is to be broken, and has each write be judged
// before the function sees the answer.
func (r *run) choose(c s3server.Call) *s3server.Fault {
	name := r.enter(c)
	if r.path.rival && name == "PutObject claim #1" {
		r.must(proof.ClaimWrittenOnce, named(context.Background(), r))
	}
	if !r.breaks(name) {
		if c.Write() {
			return &s3server.Fault{After: true, Do: r.look}
		}
		return nil
	}
	fault := r.fault
	fault.Do = func(c s3server.Call) {
		if fault.After && c.Write() {
			r.look(c)
		}
		if r.kill {
			total.kill(r.w.Function.Kill())
		}
		r.breaking.Do(func() { close(r.broken) })
	}
	return &fault
}

// enter names a call: what is done, to which of the names, and the how manieth it is.
func (r *run) enter(c s3server.Call) (name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kind := c.Operation + " " + map[string]string{r.n1: "conventional", r.n2: "alternative", r.n3: "hand-given", r.w.HomesBucket: "claim"}[c.Bucket]
	r.counts[kind]++
	name = fmt.Sprintf("%s #%d", kind, r.counts[kind])
	r.calls = append(r.calls, name)
	return name
}

// breaks reports whether a call is to be broken: the one that was asked for, and with
// "for good" all later ones of its kind.
func (r *run) breaks(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.call == "" || r.mended {
		return false
	}
	if r.mode == once {
		return name == r.call
	}
	var begun, n int
	kind, number, _ := strings.Cut(r.call, " #")
	_, _ = fmt.Sscan(number, &begun)
	if !strings.HasPrefix(name, kind+" #") {
		return false
	}
	_, _ = fmt.Sscan(name[len(kind)+2:], &n)
	return n >= begun
}

func (r *run) mend() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mended = true
}

// first returns the calls until the first good outcome was heard.
func (r *run) first() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls[:r.untilGood]
}
