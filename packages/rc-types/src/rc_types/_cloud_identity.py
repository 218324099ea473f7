"""Who is signed in to the cloud service, and for which organization. Source: types spec 3.3, cloud spec 9 to 11."""

from typing import Annotated

from rc_types._base import Omittable, WireModel, spelled
from rc_types._scalars import Array, Number


class JWTScope(WireModel):
    """On whose behalf a token acts."""

    u: Omittable[str] = None
    """User id."""
    o: Omittable[str] = None
    """Organization id; absent when the user acts for nobody else."""
    t: Omittable[str] = None
    """Kind of the token: `cj` for a cloud job, `auth` for a signed-in user."""


class JWTPayload(WireModel):
    """Claims of a session token. Nobody but the service can check its signature: never decide about rights by these."""

    iss: Omittable[str] = None
    """Always `rcc`."""
    sub: Omittable[str] = None
    """Id of the cloud job for a job's token, of the user for a user's."""
    exp: Omittable[Number] = None
    """Unix seconds, like the other two times."""
    iat: Omittable[Number] = None
    nbf: Omittable[Number] = None
    v: Omittable[Number] = None
    """Version of the claims, 1."""
    r: Omittable[JWTScope] = None


class CloudUserInfo(WireModel):
    """The signed-in user, and the organization that they act for."""

    id: Omittable[str] = None
    name: Omittable[str] = None
    email: Omittable[str] = None
    picture: Omittable[str] = None
    """Address of an image."""
    organization_id: Omittable[str] = None
    organization_name: Omittable[str] = None
    organization_role: Omittable[str] = None
    organization_image_url: Omittable[str] = None


class CloudOrganization(WireModel):
    """An organization as the authentication provider describes it, whose wire names are in snake_case."""

    id: str
    name: str
    slug: Omittable[str] = None
    image_url: Annotated[Omittable[str], spelled("image_url")] = None
    has_image: Annotated[Omittable[bool], spelled("has_image")] = None
    created_at: Annotated[Omittable[Number], spelled("created_at")] = None
    """Unix milliseconds, like `updated_at`."""
    updated_at: Annotated[Omittable[Number], spelled("updated_at")] = None


class CloudOrganizationMembership(WireModel):
    """A user's place in an organization, also from the authentication provider."""

    id: str
    organization: CloudOrganization
    role: str
    permissions: Omittable[Array[str]] = None
    created_at: Annotated[Omittable[Number], spelled("created_at")] = None
    """Unix milliseconds, like `updated_at`."""
    updated_at: Annotated[Omittable[Number], spelled("updated_at")] = None
