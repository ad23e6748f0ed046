import { id, readPayload, z } from '#provider-kit';

/** Ids become parts of keys and of addresses of the API. */
export const resourceId = id.pipe(z.string().regex(/^[\w-][\w:.-]{0,99}$/, 'is not an id of ClickUp'));

/** Says nothing where the value has another shape than is documented: what cannot be read is no reason to refuse. */
const lenient = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined);
const text = lenient(z.string());
/** Milliseconds, as ClickUp writes them: a text of digits, at times a number. */
export const milliseconds = lenient(
  z.union([z.string().regex(/^-?\d{1,15}$/), z.number().int()]).transform(Number),
);
const boolean = lenient(z.boolean());

export const user = z.object({ id: resourceId, username: text, email: text, profilePicture: text });
export const status = z.object({ status: z.string().min(1), type: text });
export const priority = z.object({ id: resourceId, priority: z.string().min(1) });
export const tags = z.array(z.object({ name: z.string().min(1) }));
export const place = z.object({ id: resourceId, name: text });
const folder = place.extend({ hidden: boolean });

/** A list with where it is, as `section_moved` says it: category is the folder, project the space. */
export const section = place.extend({ category: lenient(folder), project: lenient(place) });

export const comment = z.object({
  id: resourceId,
  date: milliseconds,
  text_content: text,
  user: lenient(user),
});

export const timeEntry = z.object({
  id: resourceId,
  start: milliseconds,
  end: milliseconds,
  time: milliseconds,
});

const option = z.object({ id: text, name: text, label: text, orderindex: lenient(z.number()) });
export const customField = z.object({
  id: resourceId,
  name: text,
  type: text,
  type_config: lenient(z.object({ options: lenient(z.array(option)) })),
});

const historyItem = z.looseObject({
  id: lenient(id),
  date: milliseconds,
  field: text,
  parent_id: lenient(resourceId),
  user: lenient(user),
  data: lenient(z.looseObject({ total_time: milliseconds })),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  comment: lenient(comment),
  custom_field: lenient(customField),
});

/**
 * What ClickUp posts: https://developer.clickup.com/docs/webhooks. Exported from the package's root, as a parser and as
 * a type: `ClickUpWebhookEvent.parse(body)`.
 */
export const ClickUpWebhookEvent = z.looseObject({
  event: z.string().regex(/^[A-Za-z][\w.-]{0,99}$/, 'is not the name of an event'),
  webhook_id: resourceId,
  team_id: resourceId.nullish(),
  task_id: resourceId.nullish(),
  list_id: resourceId.nullish(),
  folder_id: resourceId.nullish(),
  space_id: resourceId.nullish(),
  goal_id: resourceId.nullish(),
  key_result_id: resourceId.nullish(),
  history_items: z.array(historyItem).nullish(),
});
export type ClickUpWebhookEvent = z.output<typeof ClickUpWebhookEvent>;

const dependency = z.object({ task_id: resourceId, depends_on: resourceId });
const list = <T extends z.ZodType>(item: T) => lenient(z.array(item));

/** A task as the API gives it, and an Automation posts it: only what is kept. */
export const task = z.object({
  id: resourceId,
  custom_id: text,
  name: text,
  text_content: text,
  status: lenient(status),
  priority: lenient(priority),
  archived: boolean,
  url: text,
  points: lenient(z.number()),
  date_created: milliseconds,
  date_updated: milliseconds,
  date_closed: milliseconds,
  due_date: milliseconds,
  start_date: milliseconds,
  time_estimate: milliseconds,
  time_spent: milliseconds,
  creator: lenient(user),
  assignees: list(user),
  watchers: list(user),
  tags: lenient(tags),
  parent: lenient(resourceId),
  dependencies: list(dependency),
  custom_fields: list(customField.extend({ value: z.unknown().optional() })),
  team_id: lenient(resourceId),
  list: lenient(place),
  folder: lenient(folder),
  space: lenient(place),
});

/**
 * An Automation's "Call webhook": https://developer.clickup.com/docs/automationwebhookpayload. The legacy action has `id`
 * for `auto_id`, and the whole task; the newer one keeps the list's id in `subcategory`.
 */
const automation = z.object({
  auto_id: id.nullish(),
  id: id.nullish(),
  trigger_id: id,
  date: id,
  payload: z.looseObject({}),
});
export type Automation = z.output<typeof automation>;

/** @throws PayloadInvalidError which names the field */
export function readEvent(payload: unknown): ClickUpWebhookEvent {
  return readPayload(ClickUpWebhookEvent, payload);
}

/** The payload as an Automation's; undefined where it is not one. */
export function readAutomation(payload: unknown): Automation | undefined {
  return readAs(automation, payload);
}

const automationTask = task.extend({
  name: z.string(),
  workspace_id: lenient(resourceId),
  subcategory: lenient(resourceId),
  direct_parent: lenient(resourceId),
});

/** The task that an Automation posts; undefined where it posts something else, such as a message of a chat. */
export function readAutomationTask({ payload }: Automation): Task | undefined {
  const read = readAs(automationTask, payload);
  if (read === undefined) return undefined;
  const { workspace_id: team, subcategory, direct_parent: parent, ...rest } = read;
  return {
    ...rest,
    team_id: rest.team_id ?? team,
    list: rest.list ?? (subcategory ? { id: subcategory, name: undefined } : undefined),
    parent: rest.parent === undefined ? parent : rest.parent,
  };
}

/** The value where it has the shape, else undefined. */
export function readAs<T>(schema: z.ZodType<T>, value: unknown): T | undefined {
  return schema.safeParse(value).data;
}

export type HistoryItem = z.output<typeof historyItem>;
export type User = z.output<typeof user>;
export type Task = z.output<typeof task>;
export type CustomField = z.output<typeof customField>;
export type Section = z.output<typeof section>;
