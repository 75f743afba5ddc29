package story

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// inSNSEnvelope has a topic of the signup workflow put the message into the queue.
func inSNSEnvelope(s *scene) {
	owner := s.signUp("viatopic")
	topic := s.subscribedTopic("signup-events")
	s.did("the queue is subscribed to a topic of signup's, without raw delivery")
	e := s.publish(topic, "viatopic")
	is(s, "outcome created", e.Status, "created")
	is(s, "bucket fusion-rms-viatopic", e.bucketName(), "fusion-rms-viatopic")
	s.provisioned(e, owner)
}

// subscribedTopic makes a topic that sends what it gets to the queue.
func (s *scene) subscribedTopic(name string) (arn string) {
	if s.err != nil {
		return ""
	}
	client := s.sys.Messaging.SNS()
	topic, err := client.CreateTopic(s.ctx, &sns.CreateTopicInput{Name: &name})
	if s.gone(err) {
		return ""
	}
	_, err = client.Subscribe(s.ctx, &sns.SubscribeInput{TopicArn: topic.TopicArn, Protocol: aws.String("sqs"), Endpoint: &s.sys.Queues.QueueARN})
	s.gone(err)
	return aws.ToString(topic.TopicArn)
}

// publish sends an organization's message through a topic. Its id in the queue is
// known by the outcome only.
func (s *scene) publish(topicARN, orgID string) ending {
	if s.err != nil {
		return ending{}
	}
	body := message(orgID)
	s.screen.Sent(fmt.Sprintf(`{"Type":"Notification","TopicArn":%q,"Message":%q,…}`, topicARN, body))
	began := time.Now()
	if _, err := s.sys.Messaging.SNS().Publish(s.ctx, &sns.PublishInput{TopicArn: &topicARN, Message: &body}); s.gone(err) {
		return ending{}
	}
	return s.provisionedFor(orgID, began)
}

// inEventBridgeEnvelope sends what an EventBridge rule would: there is no
// EventBridge here, so the envelope is written after AWS's documentation.
func inEventBridgeEnvelope(s *scene) {
	owner := s.signUp("viabus")
	e := s.send(`{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"OrganizationCreated","source":"fusionpos.signup",` +
		`"account":"000000000000","time":"2026-11-23T12:00:00Z","region":"us-east-1","resources":[],"detail":` + message("viabus") + `}`)
	is(s, "outcome created", e.Status, "created")
	is(s, "bucket fusion-rms-viabus", e.bucketName(), "fusion-rms-viabus")
	s.provisioned(e, owner)
}
