#!/bin/sh
# Writes random passwords and keys into deploy/secrets, one a file. What is there stays as it is, so it is safe to
# run again. The folder is closed to other users; the files themselves are open, because programs in containers
# run as users of their own.
#
#   deploy/make-secrets.sh                                the secrets; certificates come from an authority by themselves
#   deploy/make-secrets.sh --self-signed HOST OBJECTHOST  and a certificate for both names, by an authority of our own
set -eu

usage() {
	sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

secrets=${SECRETS_DIR:-$(cd "$(dirname "$0")" && pwd)/secrets}
case ${1:-} in
'') [ $# -eq 0 ] || usage ;;
--self-signed) [ $# -eq 3 ] || usage ;;
*) usage ;;
esac

umask 077
mkdir -p "$secrets"
chmod 700 "$secrets"

random() { od -An -N "$1" -tx1 /dev/urandom | tr -d ' \n'; }

# Reads standard input; never replaces a file, and never leaves half of one.
keep() {
	[ ! -s "$secrets/$1" ] || return 0
	cat >"$secrets/$1.new"
	chmod 444 "$secrets/$1.new"
	mv -f "$secrets/$1.new" "$secrets/$1"
	echo "wrote $secrets/$1"
}

printf %s "tidesync-root" | keep minio-root-user
random 24 | keep minio-root-password
printf %s "tidesync-server" | keep minio-server-access-key
random 24 | keep minio-server-secret-key
printf %s "tidesync-signing" | keep minio-signing-access-key
random 24 | keep minio-signing-secret-key

random 24 | keep database-root-password
random 24 | keep database-password
password=$(cat "$secrets/database-password")
printf %s "mysql://tidesync:$password@tidb:4000/tidesync" | keep database-url
# TiDB runs it once, when it is born. Passwords are hexadecimal, so there is nothing to quote.
keep tidb-init.sql <<SQL
ALTER USER 'root'@'%' IDENTIFIED BY '$(cat "$secrets/database-root-password")';
CREATE USER 'tidesync'@'%' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON tidesync.* TO 'tidesync'@'%';
SQL

if [ "${1:-}" = --self-signed ] && [ ! -s "$secrets/tls-cert.pem" ]; then
	command -v openssl >/dev/null || {
		echo "openssl is needed for --self-signed: install it, or use certificates of your own" >&2
		exit 1
	}
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	days=825
	cat >"$work/ca.cnf" <<-CNF
		[req]
		distinguished_name = name
		x509_extensions = authority
		prompt = no
		[name]
		CN = Tidesync authority of $2
		[authority]
		basicConstraints = critical, CA:true, pathlen:0
		keyUsage = critical, keyCertSign, cRLSign
		subjectKeyIdentifier = hash
		[host]
		basicConstraints = critical, CA:false
		keyUsage = critical, digitalSignature
		extendedKeyUsage = serverAuth
		subjectAltName = DNS:$2, DNS:$3
		authorityKeyIdentifier = keyid
	CNF
	openssl ecparam -name prime256v1 -genkey -noout -out "$work/ca-key.pem"
	openssl req -x509 -new -config "$work/ca.cnf" -key "$work/ca-key.pem" -days "$days" -out "$work/ca.pem"
	openssl ecparam -name prime256v1 -genkey -noout -out "$work/key.pem"
	openssl req -new -config "$work/ca.cnf" -key "$work/key.pem" -out "$work/host.csr"
	openssl x509 -req -in "$work/host.csr" -CA "$work/ca.pem" -CAkey "$work/ca-key.pem" -set_serial "0x$(random 8)" \
		-days "$days" -extfile "$work/ca.cnf" -extensions host -out "$work/cert.pem" 2>/dev/null
	# The authority's key is not kept: nobody can make another certificate with it.
	keep tls-key.pem <"$work/key.pem"
	keep tls-ca.pem <"$work/ca.pem"
	keep tls-cert.pem <"$work/cert.pem"
fi
# Compose wants the files to be there, also when the proxy gets its certificates by itself.
for name in tls-ca.pem tls-cert.pem tls-key.pem; do
	[ -e "$secrets/$name" ] || : >"$secrets/$name"
	chmod 444 "$secrets/$name"
done
