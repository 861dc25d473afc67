from deployer.devcluster.firewall import deletions, find_leftovers

OURS = "6cf660f1-350a-51df-117d-486c03ccb5b5"
THEIRS = "2deedc30-5ab4-deb5-da29-70046eb7209c"
SHARED = f"""\
*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:CNI-FORWARD - [0:0]
:DOCKER-USER - [0:0]
:NOMAD-ADMIN - [0:0]
-A FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD
-A FORWARD -j DOCKER-USER
-A CNI-FORWARD -m comment --comment "CNI firewall plugin admin overrides" -j NOMAD-ADMIN
-A CNI-FORWARD -d 10.96.1.2/32 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A CNI-FORWARD -s 10.96.1.2/32 -j ACCEPT
{{foreign_filter}}-A DOCKER-USER -j RETURN
-A NOMAD-ADMIN -d 10.96.1.0/24 -o nd69c8a0 -j ACCEPT
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
:CNI-HOSTPORT-DNAT - [0:0]
:CNI-HOSTPORT-MASQ - [0:0]
:CNI-HOSTPORT-SETMARK - [0:0]
:CNI-4393e6abdf1afc62f1fb66ff - [0:0]
:CNI-DN-4393e6abdf1afc62f1fb6 - [0:0]
{{foreign_chains}}-A PREROUTING -m addrtype --dst-type LOCAL -j CNI-HOSTPORT-DNAT
-A POSTROUTING -m comment --comment "CNI portfwd requiring masquerade" -j CNI-HOSTPORT-MASQ
-A POSTROUTING -s 10.96.1.2/32 -m comment --comment "id: \\"{OURS}\\"" -j CNI-4393e6abdf1afc62f1fb66ff
-A CNI-4393e6abdf1afc62f1fb66ff -d 10.96.1.0/24 -m comment --comment "id: \\"{OURS}\\"" -j ACCEPT
-A CNI-4393e6abdf1afc62f1fb66ff ! -d 224.0.0.0/4 -m comment --comment "id: \\"{OURS}\\"" -j MASQUERADE
-A CNI-DN-4393e6abdf1afc62f1fb6 -s 10.96.1.0/24 -p tcp -m tcp --dport 23912 -j CNI-HOSTPORT-SETMARK
-A CNI-DN-4393e6abdf1afc62f1fb6 -s 127.0.0.1/32 -p tcp -m tcp --dport 23912 -j CNI-HOSTPORT-SETMARK
-A CNI-DN-4393e6abdf1afc62f1fb6 -p tcp -m tcp --dport 23912 -j DNAT --to-destination 10.96.1.2:23912
-A CNI-HOSTPORT-DNAT -p tcp -m multiport --dports 23912 -j CNI-DN-4393e6abdf1afc62f1fb6
-A CNI-HOSTPORT-MASQ -m mark --mark 0x2000/0x2000 -j MASQUERADE
-A CNI-HOSTPORT-SETMARK -m comment --comment "CNI portfwd masquerade mark" -j MARK --set-xmark 0x2000/0x2000
{{foreign_nat}}COMMIT
"""
ALONE = SHARED.format(foreign_filter="", foreign_chains="", foreign_nat="")
WITH_ANOTHER_AGENT = SHARED.format(
    foreign_filter="-A CNI-FORWARD -s 172.26.64.3/32 -j ACCEPT\n",
    foreign_chains=":CNI-DN-0174daa1d2b2a34dffb71 - [0:0]\n",
    foreign_nat=(
        "-A CNI-DN-0174daa1d2b2a34dffb71 -s 172.26.64.0/20 -p tcp --dport 22551 -j CNI-HOSTPORT-SETMARK\n"
        f'-A POSTROUTING -s 172.26.64.3/32 -m comment --comment "id: \\"{THEIRS}\\"" -j CNI-0174daa1d2b2a34dffb712a6\n'
    ),
)


def rules_left(saved, leftovers):
    gone = {rule for _, rule in leftovers.rules}
    return [line for line in saved.splitlines() if line.startswith("-A ") and line not in gone]


def test_the_last_cluster_takes_every_chain_of_its_allocations_and_the_shared_ones():
    found = find_leftovers(ALONE, "10.96.0.0/20", (), last=True)
    assert rules_left(ALONE, found) == ["-A FORWARD -j DOCKER-USER", "-A DOCKER-USER -j RETURN"]
    assert {chain for _, chain in found.chains} == {
        "CNI-FORWARD",
        "NOMAD-ADMIN",
        "CNI-HOSTPORT-DNAT",
        "CNI-HOSTPORT-MASQ",
        "CNI-HOSTPORT-SETMARK",
        "CNI-4393e6abdf1afc62f1fb66ff",
        "CNI-DN-4393e6abdf1afc62f1fb6",
    }


def test_a_cluster_that_is_not_the_last_leaves_the_shared_chains():
    found = find_leftovers(ALONE, "10.96.0.0/20", (), last=False)
    assert {chain for _, chain in found.chains} == {"CNI-4393e6abdf1afc62f1fb66ff", "CNI-DN-4393e6abdf1afc62f1fb6"}
    assert not [line for line in rules_left(ALONE, found) if "10.96.1" in line or "4393e6abdf1afc62" in line]


def test_shared_chains_that_another_nomad_agent_uses_stay_with_everything_it_needs():
    found = find_leftovers(WITH_ANOTHER_AGENT, "10.96.0.0/20", (), last=True)
    left = "\n".join(rules_left(WITH_ANOTHER_AGENT, found))
    assert "172.26.64.3/32 -j ACCEPT" in left
    assert "-A CNI-HOSTPORT-SETMARK" in left
    assert "-A CNI-DN-0174daa1d2b2a34dffb71 -s 172.26.64.0/20" in left
    assert "10.96.1" not in left


def test_chains_that_were_there_before_any_cluster_stay():
    before = ("chain filter CNI-FORWARD", "chain filter NOMAD-ADMIN")
    found = find_leftovers(ALONE, "10.96.0.0/20", before, last=True)
    assert ("filter", "CNI-FORWARD") not in found.chains
    assert ("nat", "CNI-HOSTPORT-MASQ") in found.chains


def test_another_network_s_rules_are_not_touched():
    found = find_leftovers(ALONE, "10.96.16.0/20", (), last=False)
    assert found.rules == ()
    assert found.chains == ()


def test_rules_are_deleted_in_one_call_per_table():
    rules = (("filter", "-A A -j B"), ("nat", "-A C -j D"), ("filter", "-A E -j F"))
    assert deletions(rules) == "*filter\n-D A -j B\n-D E -j F\nCOMMIT\n*nat\n-D C -j D\nCOMMIT\n"
