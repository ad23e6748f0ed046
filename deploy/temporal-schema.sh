#!/bin/sh
# Makes Temporal's two databases and brings their schemas up to the version of this image. Repeatable: an upgrade runs it
# again with the new image. The connection comes from SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD.
set -eu

schemas="${TEMPORAL_SCHEMAS:-/etc/temporal/schema/postgresql/v12}"

prepare() {
  database=$1
  schema=$2
  # Both fail where it was done before, and the update that follows fails where it was not.
  temporal-sql-tool --db "$database" create || echo "The database $database is there."
  temporal-sql-tool --db "$database" setup-schema -v 0.0 || echo "The schema of $database is there."
  temporal-sql-tool --db "$database" update-schema -d "$schemas/$schema/versioned"
}

prepare temporal temporal
prepare temporal_visibility visibility
