"""moto's server with what CloudFormation in it lacks: a version's number, aliases, and a creation
that fails because a topic's name is taken, and termination protection.

python3 infra/testdata/motoserver.py -H 127.0.0.1 -p 5000
"""

import sys

from moto.awslambda.models import LambdaBackend, LambdaVersion, lambda_backends
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudformation.utils import get_stack_from_s3_url
from moto.core.common_models import CloudFormationModel
from moto.core.responses import EmptyResult
from moto.server import main
from moto.sns.models import sns_backends

LambdaBackend.send_sqs_batch = lambda *args: False  # it can't run a function, so the messages stay
LambdaVersion.physical_resource_id = property(lambda self: f"version:{self.version}")
LambdaVersion.has_cfn_attr = classmethod(lambda cls, attr: attr == "Version")
LambdaVersion.get_cfn_attribute = lambda self, attribute_name: str(self.version)


class Alias(CloudFormationModel):
    __module__ = "moto.awslambda.models"  # moto reads the service from it

    def __init__(self, arn):
        self.arn = arn

    @property
    def physical_resource_id(self):
        return self.arn

    @staticmethod
    def cloudformation_type():
        return "AWS::Lambda::Alias"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        p = cloudformation_json["Properties"]
        backend = lambda_backends[account_id][region_name]
        return cls(backend.create_alias(p["Name"], p["FunctionName"], str(p["FunctionVersion"]), "", None).arn)

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        p = cloudformation_json["Properties"]
        backend = lambda_backends[account_id][region_name]
        backend.update_alias(p["Name"], p["FunctionName"], str(p["FunctionVersion"]), None, None)
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        pass  # it goes with the function


execute = CloudFormationBackend.execute_change_set


def execute_or_roll_back(self, change_set_name, stack_name=None):
    named = [c for arn, c in self.change_sets.items() if change_set_name in (arn, c.change_set_name)]
    change_set = [c for c in named if stack_name in (None, c.stack_name, c.stack_id)][-1]
    resources = change_set.template_dict["Resources"].values()
    topics = {r["Properties"].get("TopicName") for r in resources if r["Type"] == "AWS::SNS::Topic"}
    taken = topics & {arn.rsplit(":", 1)[1] for arn in sns_backends[self.account_id][self.region_name].topics}
    if change_set.change_set_type != "CREATE" or not taken:
        return execute(self, change_set.change_set_id, stack_name)
    stack = self.stacks[change_set.stack_id]
    stack.status = "ROLLBACK_COMPLETE"
    stack._add_stack_event("ROLLBACK_COMPLETE", resource_status_reason=f"there are {taken} already")
    change_set.execution_status = "EXECUTE_FAILED"


def template_at(self, url):
    url = url.replace("127.0.0.1", "localhost")  # which it takes for no bucket's host
    return get_stack_from_s3_url(url, account_id=self.current_account, partition=self.partition)


def update_termination_protection(self):
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = str(self._get_param("EnableTerminationProtection")).lower() == "true"
    return EmptyResult()


delete = CloudFormationBackend.delete_stack


def delete_unless_protected(self, name_or_stack_id):
    for stack in self.stacks.values():
        if name_or_stack_id in (stack.name, stack.stack_id) and stack.enable_termination_protection:
            raise ValidationError(message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
    return delete(self, name_or_stack_id)


CloudFormationBackend.execute_change_set = execute_or_roll_back
CloudFormationBackend.delete_stack = delete_unless_protected
CloudFormationResponse._get_stack_from_s3_url = template_at
CloudFormationResponse.update_termination_protection = update_termination_protection

sys.exit(main())
