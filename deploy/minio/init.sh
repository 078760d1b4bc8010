#!/bin/sh
# Makes what the server cannot make itself: a user for the server and one that only signs, each with its policy.
# Safe to run again; that is also how keys are changed and policies renewed.
#
#   MINIO_URL_HOST   host:port of MinIO, as seen from here
#   MINIO_URL_SCHEME http (default) or https
#   BUCKET           the bucket of all packs
#   SECRETS          folder with minio-root-user, minio-root-password, minio-{server,signing}-{access,secret}-key
set -eu

here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# mc keeps settings below its home; there is none to keep.
export MC_CONFIG_DIR="$work/mc"

secret() { cat "$SECRETS/$1"; }

# By the environment, so that no password stands in a list of processes.
MC_HOST_store="${MINIO_URL_SCHEME:-http}://$(secret minio-root-user):$(secret minio-root-password)@$MINIO_URL_HOST"
export MC_HOST_store

make_user() {
	name=$1
	policy="tidesync-$name-$BUCKET"
	sed "s/:::user-data/:::$BUCKET/g" "$here/$name-policy.json" >"$work/$name.json"
	mc admin policy create store "$policy" "$work/$name.json"
	# Asked for by name and password, one a line.
	printf '%s\n%s\n' "$(secret "minio-$name-access-key")" "$(secret "minio-$name-secret-key")" |
		mc admin user add store
	# What the user has already is no error.
	attached=$(mc admin policy attach store "$policy" --user "$(secret "minio-$name-access-key")" 2>&1) || case $attached in
	*"already in effect"*) ;;
	*)
		echo "$attached" >&2
		return 1
		;;
	esac
	echo "user $(secret "minio-$name-access-key") has policy $policy"
}

make_user server
make_user signing
