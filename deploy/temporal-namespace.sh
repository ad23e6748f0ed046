#!/bin/sh
# Makes the namespace, so that the UI shows it before the first ingress is up. Its search attributes are made by every
# ingress and worker at its start. The server is TEMPORAL_ADDRESS.
set -eu

temporal operator namespace describe --namespace "$NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$NAMESPACE" --retention "$RETENTION" ||
  temporal operator namespace describe --namespace "$NAMESPACE"
