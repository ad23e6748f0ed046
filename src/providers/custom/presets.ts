/**
 * Senders by name: what each does, as settings. The source of each is the sender's own page on verifying webhooks.
 */
export const presets: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
  'standard-webhooks': {
    signature: { scheme: 'standard-webhooks' },
    delivery_id: '{header:webhook-id}',
    event_type: '{body:type}',
    event_time: { from: '{body:timestamp}' },
  },
  // https://docs.svix.com/receiving/verifying-payloads/how-manual
  svix: {
    signature: { scheme: 'standard-webhooks', headers: 'svix' },
    delivery_id: '{header:svix-id}',
    event_type: '{body:type}',
    event_time: { from: '{body:timestamp}' },
  },
  // https://docs.stripe.com/webhooks#verify-manually (v0 is a test signature and ignored; the secret is not decoded)
  stripe: {
    signature: {
      scheme: 'hmac',
      header: 'stripe-signature',
      format: 'key-value',
      key: 'v1',
      signed: '{timestamp}.{body}',
      timestamp: { key: 't' },
    },
    delivery_id: '{body:id}',
    event_type: '{body:type}',
    event_time: { from: '{body:created}', unit: 'seconds' },
  },
  // https://shopify.dev/docs/apps/build/webhooks/subscribe/https
  shopify: {
    signature: { scheme: 'hmac', header: 'x-shopify-hmac-sha256', encoding: 'base64' },
    delivery_id: '{header:x-shopify-webhook-id}',
    event_type: '{header:x-shopify-topic}',
  },
  // https://docs.gitlab.com/user/project/integrations/webhooks/
  gitlab: {
    signature: { scheme: 'token', header: 'x-gitlab-token' },
    delivery_id: '{header:idempotency-key}',
    event_type: '{header:x-gitlab-event}',
  },
  // https://linear.app/developers/webhooks#securing-webhooks
  linear: {
    signature: {
      scheme: 'hmac',
      header: 'linear-signature',
      timestamp: { from: '{body:webhookTimestamp}', unit: 'milliseconds', tolerance_seconds: 60 },
    },
    delivery_id: '{header:linear-delivery}',
    event_type: '{header:linear-event}.{body:action}',
    event_time: { from: '{body:webhookTimestamp}', unit: 'milliseconds' },
  },
  // https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
  sentry: {
    signature: { scheme: 'hmac', header: 'sentry-hook-signature' },
    delivery_id: '{header:request-id}',
    event_type: '{header:sentry-hook-resource}.{body:action}',
  },
  // https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks
  jira: {
    signature: { scheme: 'hmac', header: 'x-hub-signature', prefix: 'sha256=' },
    delivery_id: '{header:x-atlassian-webhook-identifier}',
    event_type: '{body:webhookEvent}',
    event_time: { from: '{body:timestamp}', unit: 'milliseconds' },
  },
  // https://developer.paddle.com/webhooks/signature-verification
  paddle: {
    signature: {
      scheme: 'hmac',
      header: 'paddle-signature',
      format: 'key-value',
      separator: ';',
      key: 'h1',
      signed: '{timestamp}:{body}',
      timestamp: { key: 'ts' },
    },
    delivery_id: '{body:event_id}',
    event_type: '{body:event_type}',
    event_time: { from: '{body:occurred_at}' },
  },
  // https://developer.zendesk.com/documentation/webhooks/verifying/
  zendesk: {
    signature: {
      scheme: 'hmac',
      header: 'x-zendesk-webhook-signature',
      encoding: 'base64',
      signed: '{timestamp}{body}',
      timestamp: { from: '{header:x-zendesk-webhook-signature-timestamp}', unit: 'iso8601' },
    },
    delivery_id: '{header:x-zendesk-webhook-invocation-id}',
    event_type: '{body:type}',
    event_time: { from: '{body:time}' },
  },
  // https://www.typeform.com/developers/webhooks/secure-your-webhooks/
  typeform: {
    signature: { scheme: 'hmac', header: 'typeform-signature', prefix: 'sha256=', encoding: 'base64' },
    delivery_id: '{body:event_id}',
    event_type: '{body:event_type}',
    event_time: { from: '{body:form_response.submitted_at}' },
  },
  // https://www.twilio.com/docs/usage/security#validating-requests (signs its address, so public_url is needed)
  twilio: {
    signature: { scheme: 'twilio' },
    content_types: ['application/x-www-form-urlencoded', 'application/json'],
    delivery_id: '{header:i-twilio-idempotency-token}',
    event_type: 'message',
  },
  // https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/#Secure-webhooks
  bitbucket: {
    signature: { scheme: 'hmac', header: 'x-hub-signature', prefix: 'sha256=' },
    delivery_id: '{header:x-request-uuid}',
    event_type: '{header:x-event-key}',
  },
};
