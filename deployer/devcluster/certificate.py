"""Which certificate does the ingress of a dev cluster show? One of the user's own authority."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

HOSTS = ("localhost", "*.localhost")
_AUTHORITY_DAYS = 3650
_LEAF_DAYS = 397
"""Browsers refuse a server certificate that lives longer (CA/Browser Forum, 398 days)."""
_RENEW_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """
    PEM files for the ingress.

    Attributes:
        ca: the authority's certificate, which the user may trust once.
        certificate: for localhost, any name below it and 127.0.0.1, signed by the authority.
        key: its private key, readable by its owner alone.
    """

    ca: Path
    certificate: Path
    key: Path


def local_certificate(directory: Path, now: datetime | None = None) -> Certificate:
    """Return the user's certificate; make authority and certificate where they are missing or old."""
    files = Certificate(
        ca=directory / "ca.pem", certificate=directory / "localhost.pem", key=directory / "localhost-key.pem"
    )
    now = now or datetime.now(tz=UTC)
    if _is_fresh(files, now):
        return files
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority, authority_key = _authority(directory, now)
    _make_leaf(files, authority, authority_key, hosts=HOSTS, now=now)
    return files


def host_certificate(authority: Path, directory: Path, host: str, now: datetime | None = None) -> Certificate:
    """
    Return a certificate for one host, made in `directory` where it is missing or old.

    OpenSSL takes a wildcard only below two labels, so ``*.localhost`` alone satisfies no client of it.
    """
    files = Certificate(
        ca=authority / "ca.pem", certificate=directory / f"{host}.pem", key=directory / f"{host}-key.pem"
    )
    now = now or datetime.now(tz=UTC)
    if not _is_fresh(files, now):
        _make_leaf(files, *_authority(authority, now), hosts=(host,), now=now)
    return files


def _is_fresh(files: Certificate, now: datetime) -> bool:
    """The leaf's age is that of its file: reading it needs no cryptography library."""
    if not all(path.exists() for path in (files.ca, files.certificate, files.key)):
        return False
    made = datetime.fromtimestamp(files.certificate.stat().st_mtime, tz=UTC)
    return files.ca.stat().st_mtime <= files.certificate.stat().st_mtime and (
        now - made < timedelta(days=_LEAF_DAYS - _RENEW_DAYS)
    )


def _authority(directory: Path, now: datetime) -> "tuple[x509.Certificate, EllipticCurvePrivateKey]":
    """Read the authority, or make one where there is none or it ends before a new leaf would."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    certificate, key = directory / "ca.pem", directory / "ca-key.pem"
    if certificate.exists() and key.exists():
        known = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = load_pem_private_key(key.read_bytes(), password=None)
        if known.not_valid_after_utc > now + timedelta(days=_LEAF_DAYS) and isinstance(
            private, EllipticCurvePrivateKey
        ):
            return known, private
    return _make_authority(certificate, key, now)


def _make_authority(certificate: Path, key: Path, now: datetime) -> "tuple[x509.Certificate, EllipticCurvePrivateKey]":
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256

    private = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"nomadeploy dev cluster authority of {os.uname().nodename}")
    made = (
        _builder(name, name, private, now=now, days=_AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .sign(private, SHA256())
    )
    _write_key(key, private)
    _write_certificate(certificate, made)
    return made, private


def _make_leaf(
    files: Certificate,
    authority: "x509.Certificate",
    authority_key: "EllipticCurvePrivateKey",
    *,
    hosts: tuple[str, ...],
    now: datetime,
) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.x509.oid import ExtendedKeyUsageOID

    private = ec.generate_private_key(ec.SECP256R1())
    names = [*(x509.DNSName(host) for host in hosts), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        _builder(_name(hosts[0]), authority.subject, private, now=now, days=_LEAF_DAYS)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, SHA256())
    )
    _write_key(files.key, private)
    _write_certificate(files.certificate, made)


def _builder(
    subject: "x509.Name", issuer: "x509.Name", key: "EllipticCurvePrivateKey", *, now: datetime, days: int
) -> "x509.CertificateBuilder":
    from cryptography import x509

    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(text: str) -> "x509.Name":
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _key_usage(*, authority: bool) -> "x509.KeyUsage":
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(path: Path, key: "EllipticCurvePrivateKey") -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
    fresh.replace(path)


def _write_certificate(path: Path, certificate: "x509.Certificate") -> None:
    from cryptography.hazmat.primitives.serialization import Encoding

    path.write_bytes(certificate.public_bytes(Encoding.PEM))
