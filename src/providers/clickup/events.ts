/** The fields that name a resource, in the order of what an event is most likely about. */
export const idFields = ['task_id', 'key_result_id', 'goal_id', 'list_id', 'folder_id', 'space_id'] as const;
export type IdField = (typeof idFields)[number];

/** Every event that ClickUp documents, with the field that names its resource. */
const resourceFields: Readonly<Record<string, IdField>> = {
  taskCreated: 'task_id',
  taskUpdated: 'task_id',
  taskDeleted: 'task_id',
  taskPriorityUpdated: 'task_id',
  taskStatusUpdated: 'task_id',
  taskAssigneeUpdated: 'task_id',
  taskDueDateUpdated: 'task_id',
  taskTagUpdated: 'task_id',
  taskMoved: 'task_id',
  taskCommentPosted: 'task_id',
  taskCommentUpdated: 'task_id',
  taskTimeEstimateUpdated: 'task_id',
  taskTimeTrackedUpdated: 'task_id',
  listCreated: 'list_id',
  listUpdated: 'list_id',
  listDeleted: 'list_id',
  folderCreated: 'folder_id',
  folderUpdated: 'folder_id',
  folderDeleted: 'folder_id',
  spaceCreated: 'space_id',
  spaceUpdated: 'space_id',
  spaceDeleted: 'space_id',
  goalCreated: 'goal_id',
  goalUpdated: 'goal_id',
  goalDeleted: 'goal_id',
  keyResultCreated: 'key_result_id',
  keyResultUpdated: 'key_result_id',
  keyResultDeleted: 'key_result_id',
};

/** An Automation's "Call webhook" names no event; this is its type here. */
export const automationEvent = 'automation';

export const events: readonly string[] = [...Object.keys(resourceFields), automationEvent];

/** The field that must be there; undefined of an event that is not documented. */
export function resourceFieldOf(event: string): IdField | undefined {
  return Object.hasOwn(resourceFields, event) ? resourceFields[event] : undefined;
}

/** The task that an event is about; one that is documented to be about something else has none. */
export function taskIdOf(event: { readonly event: string; readonly task_id?: string | null | undefined }) {
  const field = resourceFieldOf(event.event);
  return field === undefined || field === 'task_id' ? (event.task_id ?? undefined) : undefined;
}
