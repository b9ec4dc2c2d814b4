"""What the scripts of all peers share: the columns of their tables, and how work is timed."""

import json
import os
import resource
import statistics
import sys
import time

# Members of a record that become a column of text as they are; what is nested stays JSON.
TEXTS = """eventVersion eventSource eventName awsRegion sourceIPAddress userAgent errorCode
errorMessage requestParameters responseElements additionalEventData requestID eventID resources
eventType apiVersion recipientAccountId serviceEventDetails sharedEventID vpcEndpointId
eventCategory tlsDetails sessionCredentialFromConsole""".split()

# Columns and where in `userIdentity` their values stand.
IDENTITY = {
    "userType": "type",
    "userPrincipalId": "principalId",
    "userArn": "arn",
    "userAccountId": "accountId",
    "userAccessKeyId": "accessKeyId",
    "userName": "userName",
    "userInvokedBy": "invokedBy",
    "userCreationDate": "sessionContext.attributes.creationDate",
    "userMfa": "sessionContext.attributes.mfaAuthenticated",
    "userIssuerArn": "sessionContext.sessionIssuer.arn",
    "userIssuerName": "sessionContext.sessionIssuer.userName",
}

TRUTHS = ("readOnly", "managementEvent")


def cpu_s():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def timed(work):
    """What the work gave, its wall time and its CPU time in milliseconds."""
    cpu, wall = cpu_s(), time.perf_counter()
    given = work()
    return given, (time.perf_counter() - wall) * 1e3, (cpu_s() - cpu) * 1e3


def say(**line):
    print(json.dumps(line), flush=True)


def logs_below(directory):
    """A pattern of all log files, as a literal of SQL."""
    pattern = os.path.join(directory, "**", "*.json.gz")
    return "'" + pattern.replace("'", "''") + "'"


