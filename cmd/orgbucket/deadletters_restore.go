package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/operator/deadletter"
	"github.com/fusionpos/orgbucket/pkg/operator/lockfile"
	"github.com/fusionpos/orgbucket/pkg/operator/queue"
	"github.com/fusionpos/orgbucket/pkg/operator/stage"
)

// restoredSuffix makes a journal's name of an archive's.
const restoredSuffix = ".orgbucket-restored"

// restore is `replay --from-archive`.
func (r *replay) restore(ctx context.Context) error {
	archive, err := deadletter.ReadArchive(r.fromArchive)
	switch {
	case errors.Is(err, lockfile.ErrInUse):
		return advise(err, "Nothing was sent. Wait until the other run has ended.")
	case err != nil:
		return &ended{status: statusUsage, err: err, advice: "Nothing was sent."}
	}
	defer func() { _ = archive.Close() }()
	at, err := r.connect(ctx, stage.Needs{Naming: true, Queue: true, Topic: r.follow})
	if err != nil {
		return err
	}
	if at.QueueURL == at.DeadLetterURL {
		return usage("the queue and the dead-letter queue are the same, %s", at.QueueURL)
	}
	log := &restoreLog{path: r.fromArchive + restoredSuffix, queueURL: at.QueueURL}
	defer log.close()
	if err := log.openExisting(); err != nil {
		return err
	}
	chosen, unseen, err := r.chooseArchived(ctx, archive, log, at)
	if err != nil {
		return err
	}
	status, err := r.checkIDs(chosen, r.ids)
	if err != nil {
		return err
	}
	status = max(status, unseen)
	if agreed, err := r.agreed(ctx, at, chosen.Len()); err != nil || !agreed {
		return either(err, status)
	}
	if err := log.open(); err != nil {
		return err
	}
	return r.bringBack(ctx, archive, log, at, chosen, status)
}

// bringBack sends what was chosen.
func (r *replay) bringBack(ctx context.Context, archive *deadletter.ArchiveReader, log *restoreLog, at *connection, chosen *deadletter.Chosen, status int) error {
	w, err := r.startFollow(ctx, at)
	if err != nil {
		return err
	}
	defer w.done()
	began := time.Now()
	r.board.begin(r.startProgress("messages", chosen.Len()))
	restored, err := deadletter.Restore(ctx, archive, log, chosen, queue.New(at.sqs(), at.QueueURL), r.pace, r.told(w))
	r.board.end()
	sum := newMoveSummary("replaySummary", deadletter.Report{Chosen: restored.Chosen, Moved: restored.Sent, Failed: restored.Failed})
	status = max(status, r.tellReport(sum, "replayed", "the archive only", began))
	if err != nil {
		return stoppedMoving(err, sum, "replayed")
	}
	return w.finish(ctx, status)
}

// chooseArchived shows the archived messages that are meant and chooses them. The
// status tells of lines that can't be read, and of messages that couldn't be diagnosed.
func (r *replay) chooseArchived(ctx context.Context, archive *deadletter.ArchiveReader, log *restoreLog, at *connection) (_ *deadletter.Chosen, status int, err error) {
	chosen, shown := deadletter.NewChosen(), newTally()
	r.board.begin(r.startProgress("archived messages", -1))
	found, err := deadletter.ScanArchive(ctx, archive, log, at.diagnoser(), r.selection, func(l deadletter.Letter) error {
		r.board.add(1)
		return r.show(l, shown, chosen.Add)
	})
	r.board.end()
	for _, line := range found.Broken {
		r.notice("%s, line %d: %s", cell(archive.Path(), 0), line.Number, cell(line.Err.Error(), 300))
	}
	if more := found.BrokenLines - len(found.Broken); more > 0 {
		r.notice("and %d more lines that can't be read", more)
	}
	if err != nil {
		return nil, statusOK, fmt.Errorf("look through %s: %w", archive.Path(), err)
	}
	if found.BrokenLines > 0 {
		status = statusAct
	}
	status = max(status, r.undiagnosed(shown))
	of := ""
	if shown.all > 0 {
		of = ": " + shown.String()
	}
	r.notice("%s in %s, %d brought back before; %d to bring back%s", count(found.Messages, "message"), cell(archive.Path(), 0), found.Done, shown.all, of)
	others := slices.DeleteFunc(found.Queues, func(url string) bool { return url == at.DeadLetterURL })
	if len(others) > 0 && shown.all > 0 {
		r.notice("Mind that messages of this archive come from another dead-letter queue than this deployment's: %s", some(others))
	}
	return chosen, status, nil
}
