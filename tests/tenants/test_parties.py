"""Business partners."""

from datetime import date

import pytest

from kernel.errors import Invalid, NotAllowed, NotThere
from tenants import parties
from tenants.parties import PartyDetails
from tests.factories.tenants import make_party, staff
from tests.tenants.conftest import count, inside


def names(listed) -> list[str]:
    return [row[0].name for row in listed.rows]


def test_parties_get_numbers_that_count_up_per_tenant(brand, twin):
    for tenant in (brand, twin):
        with inside(tenant.id) as session:
            made = [parties.add_party(session, staff(tenant.id), "person", PartyDetails(name)) for name in ("A", "B")]
            assert [party.number for party in made] == [10_001, 10_002]


def test_parties_are_found_by_name_mail_and_number(brand):
    desk = staff(brand.id, "customer.view", "customer.edit")
    with inside(brand.id) as session:
        parties.add_party(session, desk, "organisation", PartyDetails("Müller & Söhne", email="info@mueller.example"), ("sold_to",))
        parties.add_party(session, desk, "person", PartyDetails("Émile Moreau"))
        assert names(parties.list_parties(session, desk)) == ["Émile Moreau", "Müller & Söhne"]
        assert names(parties.list_parties(session, desk, "muller")) == ["Müller & Söhne"]
        assert names(parties.list_parties(session, desk, "info@mue")) == ["Müller & Söhne"]
        assert names(parties.list_parties(session, desk, "10002")) == ["Émile Moreau"]
        assert names(parties.list_parties(session, desk, kind="organisation", role="sold_to")) == ["Müller & Söhne"]
        assert names(parties.list_parties(session, desk, role="supplier")) == []
        for text in ("%", "_", "\\", "x' OR 1=1 --", "9" * 30):
            assert names(parties.list_parties(session, desk, text)) == []


def test_a_changed_party_leaves_what_was_in_the_audit_trail(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        party = parties.add_party(session, boss, "person", PartyDetails("Nora"))
        parties.change_party(session, boss, party.id, PartyDetails("Nora Field", phone="+49 30 123456", attributes={"size": "M"}))
        assert (party.name, party.name_key, party.phone, party.attributes) == ("Nora Field", "nora field", "+4930123456", {"size": "M"})
        assert count(session, "kernel.audit_entry") == 2


def test_what_does_not_hold_changes_nothing(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        party = make_party(session, brand.id, "Nora")
        for bad in (PartyDetails(" "), PartyDetails("N", email="x"), PartyDetails("N", phone="123"), PartyDetails("n" * 201)):
            with pytest.raises(Invalid):
                parties.change_party(session, boss, party.id, bad)
        with pytest.raises(Invalid):
            parties.add_party(session, boss, "robot", PartyDetails("R"))
        with pytest.raises(Invalid):
            parties.give_party_role(session, boss, party.id, "king")
    with inside(brand.id) as session:
        assert parties.party_for(session, boss, party.id).name == "Nora"
        assert count(session, "tenants.party") == 1


def test_possible_duplicates_are_named(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        same_name = make_party(session, brand.id, "MULLER, Sohne")
        same_mail = make_party(session, brand.id, "Somebody", email="info@mueller.example")
        make_party(session, brand.id, "Unlike")
        found = parties.similar_parties(session, boss, PartyDetails("Müller Söhne", email="Info@mueller.example"))
        assert [party.id for party in found] == [same_name.id, same_mail.id]


def test_archived_parties_leave_the_list_and_come_back(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        party = make_party(session, brand.id, "Nora")
        parties.archive_party(session, boss, party.id)
        assert names(parties.list_parties(session, boss)) == []
        assert names(parties.list_parties(session, boss, archived=True)) == ["Nora"]
        parties.restore_party(session, boss, party.id)
        assert names(parties.list_parties(session, boss)) == ["Nora"]


def test_a_role_given_twice_is_one_role_with_the_new_period(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        party = make_party(session, brand.id)
        parties.give_party_role(session, boss, party.id, "partner")
        parties.give_party_role(session, boss, party.id, "partner", date(2026, 1, 1), date(2026, 12, 31))
        (role,) = parties.party_roles(session, boss, party.id)
        assert (role.role, role.valid_from, role.valid_to) == ("partner", date(2026, 1, 1), date(2026, 12, 31))
        with pytest.raises(Invalid):
            parties.give_party_role(session, boss, party.id, "partner", date(2026, 2, 1), date(2026, 1, 1))


def test_relationships_are_seen_from_both_ends(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        nora, works = make_party(session, brand.id, "Nora"), make_party(session, brand.id, "Works", "organisation")
        relation = parties.relate(session, boss, nora.id, "contact_person_of", works.id, {"department": "Purchasing"})
        again = parties.relate(session, boss, nora.id, "contact_person_of", works.id, {"department": "Sales"})
        assert again.id == relation.id
        (seen,) = parties.ties(session, boss, works.id)
        assert (seen.other.name, seen.is_from, seen.relation.attributes) == ("Nora", False, {"department": "Sales"})
        (seen,) = parties.ties(session, boss, nora.id)
        assert (seen.other.name, seen.is_from) == ("Works", True)
        with pytest.raises(Invalid):
            parties.relate(session, boss, nora.id, "member_of", nora.id)
        parties.end_relation(session, boss, relation.id)
        assert parties.ties(session, boss, nora.id) == []


def test_without_the_right_nothing_is_seen_or_changed(brand):
    reader, nobody = staff(brand.id, "customer.view"), staff(brand.id, "catalog.edit")
    with inside(brand.id) as session:
        party = make_party(session, brand.id, "Nora")
        for call in (parties.archive_party, parties.restore_party):
            with pytest.raises(NotAllowed):
                call(session, reader, party.id)
        with pytest.raises(NotAllowed):
            parties.change_party(session, reader, party.id, PartyDetails("X"))
        for look in (parties.party_for, parties.party_roles, parties.ties):
            with pytest.raises(NotAllowed):
                look(session, nobody, party.id)
        with pytest.raises(NotAllowed):
            parties.list_parties(session, nobody)
        assert (party.name, party.status) == ("Nora", "active")


def test_another_tenants_parties_are_not_there(brand, twin):
    with inside(twin.id) as session:
        foreign, other = make_party(session, twin.id, "Canary Canning"), make_party(session, twin.id, "Other")
        relation = parties.relate(session, staff(twin.id), foreign.id, "member_of", other.id)
    boss = staff(brand.id)
    with inside(brand.id) as session:
        own = make_party(session, brand.id, "Own")
        assert names(parties.list_parties(session, boss, "canary")) == []
        assert parties.similar_parties(session, boss, PartyDetails("Canary Canning")) == []
        for call in (parties.party_for, parties.party_roles, parties.ties, parties.archive_party):
            with pytest.raises(NotThere):
                call(session, boss, foreign.id)
        with pytest.raises(NotThere):
            parties.change_party(session, boss, foreign.id, PartyDetails("Mine"))
        with pytest.raises(NotThere):
            parties.give_party_role(session, boss, foreign.id, "partner")
        for ends in ((own.id, foreign.id), (foreign.id, own.id)):
            with pytest.raises(NotThere):
                parties.relate(session, boss, ends[0], "member_of", ends[1])
        with pytest.raises(NotThere):
            parties.end_relation(session, boss, relation.id)
    with inside(twin.id) as session:
        assert parties.party_for(session, staff(twin.id), foreign.id).name == "Canary Canning"
        assert len(parties.ties(session, staff(twin.id), foreign.id)) == 1
