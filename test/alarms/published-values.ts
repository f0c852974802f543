/**
 * Values of AWS's own metrics as AWS publishes them, under a fault and without one. The sandbox has no CloudWatch, and no
 * Lambda or API Gateway that could count. Sources: Lambda developer guide, "Types of metrics for Lambda functions";
 * DynamoDB developer guide, "DynamoDB metrics and dimensions"; SQS developer guide, "Available CloudWatch metrics for
 * Amazon SQS"; EventBridge user guide, "Monitoring Amazon EventBridge"; API Gateway developer guide, "Monitoring HTTP API
 * metrics" and "Monitoring WebSocket API execution with CloudWatch metrics".
 */
export interface PublishedProof {
  /** What has happened. */
  readonly fault: string;
  /** Metric → values of one period while it does; those that are not here publish what they do without the fault. */
  readonly during: Readonly<Record<string, readonly number[]>>;
  /** Metric → values of one period in which all is well. Metrics that AWS publishes only above nought are not here. */
  readonly before: Readonly<Record<string, readonly number[]>>;
}

/** Alarm → proof. */
export const PUBLISHED_PROOFS: Readonly<Record<string, PublishedProof>> = {
  'intake-late': {
    fault: 'store-events has not run for twenty minutes',
    before: { ApproximateAgeOfOldestMessage: [0, 1, 2, 0, 1] },
    during: { ApproximateAgeOfOldestMessage: [960, 1020, 1080, 1140, 1200] },
  },
  'doorbell-late': {
    fault: 'fan-out has not run for three minutes',
    before: { ApproximateAgeOfOldestMessage: [0, 0, 1, 0, 0] },
    during: { ApproximateAgeOfOldestMessage: [0, 0, 60, 120, 180] },
  },
  'dead-letters-expiring': {
    // It waited in the intake for seven days before, which the metric does not count: it has another day.
    fault: 'nobody has looked for six days at what the intake had kept as long as it could',
    before: { ApproximateAgeOfOldestMessage: [0, 345_600] },
    during: { ApproximateAgeOfOldestMessage: [518_400] },
  },
  'bus-delivery-fails': {
    fault: 'the policy of the intake queue no longer names the rule',
    before: {},
    during: { FailedInvocations: [3] },
  },
  'functions-fail': {
    fault: 'a function runs out of memory',
    before: { Errors: [0, 0, 0] },
    during: { Errors: [0, 1, 0] },
  },
  'functions-throttled': {
    fault: 'the concurrency of the account is used up',
    before: { Throttles: [0, 0, 0] },
    during: { Throttles: [0, 12, 3] },
  },
  'functions-slow': {
    fault: 'whatever functions wait for answers late',
    before: { Duration: [12.5, 180, 950] },
    during: { Duration: [180, 29_500] },
  },
  'tables-throttled': {
    fault: 'a tenant writes faster than one partition takes',
    before: {},
    during: { WriteThrottleEvents: [11, 4] },
  },
  'http-server-errors': {
    fault: 'a function of the HTTP API cannot be started',
    before: { '5xx': [0, 0, 1], Count: [500, 500], '4xx': [3] },
    during: { '5xx': [4, 4] },
  },
  'http-client-errors': {
    fault: 'a service goes on with a token that has ended',
    before: { '4xx': [3, 2], Count: [500, 500] },
    during: { '4xx': [400, 400] },
  },
  'socket-server-errors': {
    fault: 'the function of sockets cannot be started',
    before: { ExecutionError: [0, 1] },
    during: { ExecutionError: [3, 3] },
  },
  'socket-client-errors': {
    // ConnectCount has handshakes that reached the function only.
    fault: 'API Gateway lets no handshake through, and nobody is connected',
    before: { ClientError: [2], ConnectCount: [100], MessageCount: [900] },
    during: { ClientError: [300, 300], ConnectCount: [], MessageCount: [] },
  },
};
