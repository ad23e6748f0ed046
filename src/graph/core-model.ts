import { defineModel, deliveryLabel, type GraphModel } from './model.ts';

/** What the graph itself knows of every delivery, as queries see it. */
export const deliveryProperties = {
  provider: 'string',
  delivery_id: 'string',
  event_type: 'string',
  received_at: 'time',
  event_time: 'time',
  body_sha256: 'string',
  run_id: 'string',
  first_run_id: 'string',
  conflict: 'boolean',
} as const;

export const coreModel: GraphModel = defineModel({
  meanings: {
    [deliveryLabel]:
      'One verified request of a provider; it has TOUCHED every node that it said something of.',
  },
  nodes: { [deliveryLabel]: deliveryProperties },
  edges: {},
});
