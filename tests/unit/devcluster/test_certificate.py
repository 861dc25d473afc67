import os
import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store

from deployer.devcluster.certificate import local_certificate

NOW = datetime.now(tz=UTC)


def load(path):
    return x509.load_pem_x509_certificate(path.read_bytes())


@pytest.mark.parametrize("host", ["localhost", "app-a.localhost"])
def test_the_certificate_is_good_for_localhost_and_names_below_it(tmp_path, host):
    files = local_certificate(tmp_path)
    verifier = (
        PolicyBuilder()
        .store(Store([load(files.ca)]))
        .time(datetime.now(tz=UTC))
        .build_server_verifier(x509.DNSName(host))
    )
    chain = verifier.verify(load(files.certificate), [])
    assert len(chain) == 2


def test_keys_are_readable_by_their_owner_alone(tmp_path):
    local_certificate(tmp_path)
    for key in ("ca-key.pem", "localhost-key.pem"):
        assert stat.S_IMODE((tmp_path / key).stat().st_mode) == 0o600


def test_the_same_files_serve_until_the_leaf_is_old(tmp_path):
    first = local_certificate(tmp_path).certificate.read_bytes()
    assert local_certificate(tmp_path).certificate.read_bytes() == first


def test_an_old_leaf_is_made_anew_by_the_same_authority(tmp_path):
    files = local_certificate(tmp_path)
    authority, leaf = files.ca.read_bytes(), files.certificate.read_bytes()
    old = (NOW - timedelta(days=390)).timestamp()
    for path in (files.ca, files.certificate):
        os.utime(path, (old, old))
    renewed = local_certificate(tmp_path)
    assert renewed.ca.read_bytes() == authority
    assert renewed.certificate.read_bytes() != leaf


def test_a_lost_authority_takes_its_leaf_with_it(tmp_path):
    local_certificate(tmp_path)
    (tmp_path / "ca.pem").unlink()
    files = local_certificate(tmp_path)
    load(files.certificate).verify_directly_issued_by(load(files.ca))
