"""Pages of institutions, for coordinators."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from outreach.accounts.queries import list_account_names
from outreach.db import db
from outreach.districts.queries import list_districts, list_terms
from outreach.districts.rules import Vocabulary
from outreach.institutions import actions, queries
from outreach.institutions.forms import (
    ContactForm,
    InstitutionFilters,
    InstitutionForm,
    NewInstitutionForm,
    SiteForm,
    VerifyForm,
    offer_districts,
    offer_terms,
)
from outreach.institutions.models import Contact, Site
from outreach.web.door import Role, actor, allow, safe_next
from outreach.web.forms import show
from outreach.web.paging import page_number, paginate

bp = Blueprint("institutions", __name__)


@bp.get("/institutions")
@allow(Role.COORDINATOR)
def index() -> Response:
    filters = InstitutionFilters(request.args)
    offer_districts(filters.district, list_districts())
    offer_terms(filters.kind, list_terms(Vocabulary.INSTITUTION_KIND))
    filters.read()
    found = queries.select_institutions(
        words=filters.words.data,
        district=filters.district.data,
        kind=filters.kind.data,
        unverified=filters.unverified.data,
        unlisted=filters.unlisted.data,
    )
    page = paginate(db.session(), found, number=page_number(request.args))
    unverified = queries.count_unverified_of([one.id for one in page.items])
    return show("institutions/index.html", filters=filters, page=page, unverified=unverified)


@bp.route("/institutions/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new() -> Response:
    form = NewInstitutionForm(request.form)
    offer_terms(form.kind, list_terms(Vocabulary.INSTITUTION_KIND))
    offer_districts(form.district, list_districts())
    if form.sent():
        with form.refusing():
            site = _site_details(form, form.site_name.data)
            added = actions.add_institution(actor(), name=form.name.data, kind=form.kind.data, site=site)
            flash(f"{added.name} is on the list.", "success")
            return redirect(url_for("institutions.show", id=added.id), 303)
    return show("institutions/new.html", form)


@bp.get("/institutions/<int(max=2147483647):id>", endpoint="show")
@allow(Role.COORDINATOR)
def show_institution(id: int) -> Response:
    institution = queries.get_institution(id)
    contacts = queries.list_contacts_of(institution)
    verifiers = list_account_names({one.verified_by_id for one in contacts if one.verified_by_id})
    return show("institutions/show.html", institution=institution, contacts=contacts, verifiers=verifiers)


@bp.route("/institutions/<int(max=2147483647):id>/edit", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def edit(id: int) -> Response:
    institution = queries.get_institution(id)
    held = {"name": institution.name, "kind": institution.kind.code, "version": institution.version}
    form = InstitutionForm(request.form, data=held)
    offer_terms(form.kind, list_terms(Vocabulary.INSTITUTION_KIND), held=[institution.kind])
    if form.sent():
        with form.refusing():
            actions.edit_institution(
                actor(), institution, name=form.name.data, kind=form.kind.data, version=form.version.data
            )
            return _done(institution.id, "The institution has been changed.")
    return show("institutions/edit.html", form, institution=institution)


@bp.post("/institutions/<int(max=2147483647):id>/list")
@allow(Role.COORDINATOR)
def vouch(id: int) -> Response:
    institution = queries.get_institution(id)
    actions.list_institution(actor(), institution)
    return _done(id, f"{institution.name} is on the list: people who ask for a visit can choose it.")


@bp.route("/institutions/<int(max=2147483647):id>/sites/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new_site(id: int) -> Response:
    institution = queries.get_institution(id)
    form = SiteForm(request.form)
    offer_districts(form.district, list_districts())
    if form.sent():
        with form.refusing():
            actions.add_site(actor(), institution, _site_details(form, form.name.data))
            return _done(id, "The site has been added.")
    return show("institutions/new_site.html", form, institution=institution)


@bp.route("/institutions/sites/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def edit_site(id: int) -> Response:
    site = queries.get_site(id)
    form = SiteForm(request.form, data=_site_as_held(site))
    offer_districts(form.district, list_districts())
    if form.sent():
        with form.refusing():
            actions.edit_site(actor(), site, _site_details(form, form.name.data), form.version.data)
            return _done(site.institution_id, "The site has been changed.")
    return show("institutions/edit_site.html", form, site=site)


@bp.route("/institutions/<int(max=2147483647):id>/contacts/new", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def new_contact(id: int) -> Response:
    institution = queries.get_institution(id)
    form = ContactForm(request.form)
    if form.sent():
        with form.refusing():
            contact = actions.add_contact(actor(), institution, _contact_details(form))
            flash("The contact has been added. They are not verified yet.", "success")
            return redirect(url_for("institutions.verify", id=contact.id), 303)
    return show("institutions/new_contact.html", form, institution=institution)


@bp.route("/institutions/contacts/<int(max=2147483647):id>", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def edit_contact(id: int) -> Response:
    contact = queries.get_contact(id)
    form = ContactForm(request.form, data=_contact_as_held(contact))
    if form.sent():
        with form.refusing():
            was_verified = contact.verified_at is not None
            moved = actions.edit_contact(actor(), contact, _contact_details(form))
            words = "The contact has been changed."
            if moved and was_verified:
                words += " Their address is new, so they must be verified again."
            return _done(contact.institution_id, words)
    return show("institutions/edit_contact.html", form, contact=contact)


@bp.route("/institutions/contacts/<int(max=2147483647):id>/verify", methods=["GET", "POST"])
@allow(Role.COORDINATOR)
def verify(id: int) -> Response:
    contact = queries.get_contact(id)
    form = VerifyForm(request.form)
    offer_terms(form.how, list_terms(Vocabulary.VERIFIED_HOW))
    if form.sent():
        with form.refusing():
            actions.verify_contact(actor(), contact, form.how.data)
            return _done(contact.institution_id, f"{contact.name} is verified.", safe_next(request.args.get("next")))
    by = list_account_names({contact.verified_by_id}) if contact.verified_by_id else {}
    return show("institutions/verify.html", form, contact=contact, verifiers=by)


def _done(institution_id: int, words: str, way_back: str | None = None) -> Response:
    """Say what was done, on the page that the coordinator came from or else on the institution's."""
    flash(words, "success")
    return redirect(way_back or url_for("institutions.show", id=institution_id), 303)


def _site_details(form: SiteForm, name: str) -> actions.SiteDetails:
    return actions.SiteDetails(
        name=name,
        address=form.address.data,
        town=form.town.data,
        postcode=form.postcode.data,
        district=form.district.data,
    )


def _site_as_held(site: Site) -> dict[str, object]:
    held = {name: getattr(site, name) for name in ("name", "address", "town", "postcode", "version")}
    return held | {"district": site.district.slug}


def _contact_details(form: ContactForm) -> actions.ContactDetails:
    return actions.ContactDetails(
        name=form.name.data, email=form.email.data, phone=form.phone.data, job_title=form.job_title.data
    )


def _contact_as_held(contact: Contact) -> dict[str, object]:
    return {name: getattr(contact, name) for name in ("name", "email", "phone", "job_title")}
