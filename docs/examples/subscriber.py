"""Tells each organization's bucket. Needs boto3 and a queue that is subscribed with raw delivery."""
import json
import os

import boto3

sqs, queue = boto3.client("sqs"), os.environ["OUTCOMES_QUEUE_URL"]
ready = {}  # organization -> bucket; yours is a database


def handle(outcome):
    org = outcome.get("orgId")  # a refused message may have had none
    if not outcome["schemaVersion"].startswith("1."):
        raise ValueError("an outcome of version " + outcome["schemaVersion"])
    if outcome["type"] == "OrganizationBucketProvisioned":
        ready[org] = outcome["bucket"]["name"]
        print("ready", org, ready[org], flush=True)
    elif outcome["type"] == "OrganizationBucketProvisioningFailed" and org not in ready:
        print("failed", org or "-", outcome["error"]["code"], flush=True)


while True:
    received = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=20)
    for message in received.get("Messages", []):
        handle(json.loads(message["Body"]))
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
