"""names.py - the host names of gen.h, for the Python side of the benchmarks."""
ROLES = ("web db app mail ldap mon build proxy cache nfs vpn dns kube-node kube-master gitlab jenkins sap erp crm file print dc "
         "mssql pg-prod pg-test mysql oracle elastic kafka zk redis minio").split()


def host_name(i):
    role, k = ROLES[i % len(ROLES)], i // len(ROLES) + 1
    return (f"{role}{k:02}", f"{role}-{k:02}", f"srv-{role}{k:03}")[i % 3]
