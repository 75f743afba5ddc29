"""moto's server with what CloudFormation in it lacks: a version's number, and aliases.

python3 infra/testdata/motoserver.py -H 127.0.0.1 -p 5000
"""

import sys

from moto.awslambda.models import LambdaVersion, lambda_backends
from moto.core.common_models import CloudFormationModel
from moto.server import main

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


sys.exit(main())
