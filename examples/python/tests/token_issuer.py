"""Tokens and certificates for tests, from keys that live as long as the process."""

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from jwt.algorithms import ECAlgorithm


class TokenIssuer:
    """Signs JSON Web Tokens with a P-256 key."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def write_jwks(self, file: Path) -> Path:
        key = {**ECAlgorithm.to_jwk(self._key.public_key(), as_dict=True), "kid": "1", "alg": "ES256", "use": "sig"}
        file.write_text(json.dumps({"keys": [key]}))
        return file

    def issue(self, subject: str, scope: str, lifetime_seconds: int = 60) -> str:
        claims = {"sub": subject, "scope": scope, "exp": int(time.time()) + lifetime_seconds, "aud": "example"}
        return jwt.encode(claims, self._key, algorithm="ES256", headers={"kid": "1"})


@dataclass(frozen=True)
class CertificateFiles:
    cert: Path
    key: Path


def write_certificate(folder: Path) -> CertificateFiles:
    """A self-signed certificate for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = CertificateFiles(folder / "cert.pem", folder / "key.pem")
    files.cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
