import { defineModel } from '#provider-kit';
import { meanings } from './meanings.ts';

const named = { name: 'string' } as const;

/**
 * The graph of a ClickUp workspace. Directions read as sentences:
 *
 *     (Team)-[HAS_SPACE]->(Space)-[CONTAINS]->(Folder)-[CONTAINS]->(List)-[CONTAINS]->(Task)-[BELONGS_TO]->(List)
 *     (User)-[CREATED]->(Task)-[ASSIGNED_TO]->(User)    (Task)-[SUBTASK_OF]->(Task)    (Comment)-[COMMENTED_ON]->(Task)
 *
 * A list outside any folder is contained by its space: ClickUp keeps such lists in a hidden folder, which nobody sees.
 */
export const model = defineModel({
  meanings,
  nodes: {
    Team: named,
    Space: named,
    Folder: named,
    List: named,
    Task: {
      name: 'string',
      custom_id: 'string',
      description: 'string',
      url: 'string',
      /** Beside HAS_STATUS and HAS_PRIORITY, so that a simple query needs no second hop. */
      status: 'string',
      /** open, custom, done or closed: of the status in the task's list, so it is no property of Status. */
      status_type: 'string',
      priority: 'string',
      archived: 'boolean',
      points: 'float',
      due_date: 'time',
      start_date: 'time',
      time_estimate_ms: 'integer',
      time_spent_ms: 'integer',
      created_at: 'time',
      updated_at: 'time',
      closed_at: 'time',
    },
    User: {
      provider: 'string',
      login: 'string',
      name: 'string',
      email: 'string',
      url: 'string',
      avatar_url: 'string',
    },
    /** By name: lists may colour and order the same name differently, so only the name is a fact about the node. */
    Status: named,
    /** One of four, the same in every workspace: urgent, high, normal, low. */
    Priority: named,
    Tag: named,
    /** A list of a sprint folder. Neither webhooks nor the API's tasks tell one from another list, so none is written yet. */
    Sprint: named,
    /** The field as one task has it; `value` is a text, with the ids of options replaced by their names. */
    CustomField: { field_id: 'string', name: 'string', type: 'string', value: 'string' },
    Comment: { text: 'string', url: 'string', created_at: 'time', updated_at: 'time' },
    Goal: named,
    /** ClickUp's pages call it a target. */
    KeyResult: named,
    TimeEntry: { started_at: 'time', ended_at: 'time', duration_ms: 'integer' },
  },
  edges: {
    HAS_SPACE: [['Team', 'Space']],
    CONTAINS: [
      ['Space', 'Folder'],
      ['Space', 'List'],
      ['Folder', 'List'],
      ['List', 'Task'],
    ],
    BELONGS_TO: [
      ['Task', 'List'],
      ['TimeEntry', 'Task'],
      ['KeyResult', 'Goal'],
      ['Goal', 'Team'],
    ],
    ASSIGNED_TO: [['Task', 'User']],
    HAS_STATUS: [['Task', 'Status']],
    HAS_PRIORITY: [['Task', 'Priority']],
    HAS_CUSTOM_FIELD: [['Task', 'CustomField']],
    TAGGED_WITH: [['Task', 'Tag']],
    SUBTASK_OF: [['Task', 'Task']],
    /** The first waits for the second; BLOCKS is the same fact the other way round. */
    DEPENDS_ON: [['Task', 'Task']],
    BLOCKS: [['Task', 'Task']],
    CREATED: [
      ['User', 'Task'],
      ['User', 'Comment'],
      ['User', 'TimeEntry'],
    ],
    WATCHING: [['User', 'Task']],
    MEMBER_OF: [['User', 'Team']],
    COMMENTED_ON: [['Comment', 'Task']],
  },
  texts: { Task: ['name', 'description'], Comment: ['text'] },
  referable: ['Task'],
});
