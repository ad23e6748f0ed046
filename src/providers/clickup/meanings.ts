/** What each label is, for docs/graph-model.md. */
export const meanings = {
  Team: 'A workspace; the API still calls it a team.',
  Space: 'A part of a workspace with settings of its own.',
  Folder: 'A group of lists in a space.',
  List: 'Holds tasks; the home of each is one list.',
  Task: 'A piece of work.',
  User: 'An account at a provider; `provider` says at which.',
  Status: 'A status of tasks, by its name.',
  Priority: 'One of urgent, high, normal, low.',
  Tag: 'A word that tasks of a space are tagged with.',
  Sprint: 'A list of a sprint folder; nothing tells it from another list, so none is written yet.',
  CustomField: 'A custom field as one task has it, with its value.',
  Comment: 'What somebody wrote about a task.',
  Goal: 'What a team wants to reach.',
  KeyResult: 'By what a goal is measured; also called a target.',
  TimeEntry: 'Time that somebody tracked on a task.',
} as const;
