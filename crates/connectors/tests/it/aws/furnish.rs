//! One region with something of each kind.

use qlrf_testkit::{Moto, element};
use serde_json::json;

pub const HERE: &str = "eu-west-1";

/// A machine that the internet reaches, with software; one that is stopped, one that is gone, a group of two, a certificate.
pub async fn furnish(moto: &Moto) -> String {
    let image = moto.register_image(HERE, "golden-1").await;
    let tag = |name| [("Name", name)];
    let open = moto.run_instance(HERE, &image, tag("open")).await;
    expose(moto, &open).await;
    let stopped = moto.run_instance(HERE, &image, tag("stopped")).await;
    let gone = moto.run_instance(HERE, &image, tag("gone")).await;
    for (action, id) in [("StopInstances", &stopped), ("TerminateInstances", &gone)] {
        moto.ec2(HERE, &[("Action", action), ("InstanceId.1", id)]).await;
    }
    let applications = json!([
        {"Name": "bash", "Version": "5.2.15-2+b7", "Architecture": "x86_64", "PackageId": "bash_5.2.15-2+b7_amd64.deb"},
    ]);
    let inventory = json!({"InstanceId": open, "Items": [{
        "TypeName": "AWS:Application", "SchemaVersion": "1.1", "CaptureTime": "2026-11-01T00:00:00Z", "Content": applications,
    }]});
    moto.json("ssm", HERE, "AmazonSSM.PutInventory", &inventory).await;
    let tags = json!([{"Key": "owner", "Value": "<b>team-a</b>"}]);
    let certificate = json!({"DomainName": "www.example.org", "KeyAlgorithm": "EC_prime256v1", "Tags": tags});
    moto.json("acm", HERE, "CertificateManager.RequestCertificate", &certificate)
        .await;
    group(moto, &image).await;
    templated(moto, &image).await;
    image
}

/// A public address, and a rule for everybody.
async fn expose(moto: &Moto, id: &str) {
    let group = [
        ("Action", "CreateSecurityGroup"),
        ("GroupName", "web"),
        ("GroupDescription", "web"),
    ];
    let group = element(&moto.ec2(HERE, &group).await, "groupId");
    let ingress = [
        ("Action", "AuthorizeSecurityGroupIngress"),
        ("GroupId", &*group),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "443"),
        ("IpPermissions.1.ToPort", "443"),
        ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
    ];
    moto.ec2(HERE, &ingress).await;
    let join = [
        ("Action", "ModifyInstanceAttribute"),
        ("InstanceId", id),
        ("GroupId.1", &*group),
    ];
    moto.ec2(HERE, &join).await;
    let address = moto
        .ec2(HERE, &[("Action", "AllocateAddress"), ("Domain", "vpc")])
        .await;
    let address = element(&address, "allocationId");
    let associate = [
        ("Action", "AssociateAddress"),
        ("InstanceId", id),
        ("AllocationId", &*address),
    ];
    moto.ec2(HERE, &associate).await;
}

/// An Auto Scaling group with one machine.
async fn group(moto: &Moto, image: &str) {
    let zone = format!("{HERE}a");
    let launch = [
        ("Action", "CreateLaunchConfiguration"),
        ("LaunchConfigurationName", "web"),
        ("ImageId", image),
        ("InstanceType", "t3.micro"),
    ];
    let group = [
        ("Action", "CreateAutoScalingGroup"),
        ("AutoScalingGroupName", "web"),
        ("LaunchConfigurationName", "web"),
        ("MinSize", "1"),
        ("MaxSize", "3"),
        ("AvailabilityZones.member.1", &*zone),
        ("Tags.member.1.Key", "Name"),
        ("Tags.member.1.Value", "grouped"),
        ("Tags.member.1.PropagateAtLaunch", "true"),
        ("Tags.member.1.ResourceId", "web"),
        ("Tags.member.1.ResourceType", "auto-scaling-group"),
    ];
    moto.query("autoscaling", HERE, "2011-01-01", &launch).await;
    moto.query("autoscaling", HERE, "2011-01-01", &group).await;
}

/// Auto Scaling groups without machines, by a launch template: `templated` names it, `mixed` with other types beside it. The
/// image is that of the version which they name; the one that is taken for those who name none has another.
async fn templated(moto: &Moto, image: &str) {
    let template = |action: &'static str, image: &str| {
        [
            ("Action", action.to_owned()),
            ("LaunchTemplateName", "web".to_owned()),
            ("LaunchTemplateData.ImageId", image.to_owned()),
            ("LaunchTemplateData.InstanceType", "t3.micro".to_owned()),
        ]
    };
    let mut id = String::new();
    for (action, image) in [
        ("CreateLaunchTemplate", "ami-0000000000000000f"),
        ("CreateLaunchTemplateVersion", image),
    ] {
        let form = template(action, image);
        let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (*key, &**value)).collect();
        id = element(&moto.ec2(HERE, &form).await, "launchTemplateId");
    }
    let zone = format!("{HERE}a");
    let mixed = "MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification";
    for (name, prefix) in [("templated", "LaunchTemplate"), ("mixed", mixed)] {
        let (named, version) = (format!("{prefix}.LaunchTemplateId"), format!("{prefix}.Version"));
        let group = [
            ("Action", "CreateAutoScalingGroup"),
            ("AutoScalingGroupName", name),
            ("MinSize", "0"),
            ("MaxSize", "0"),
            ("AvailabilityZones.member.1", &*zone),
            (&*named, &*id),
            (&*version, "$Latest"),
        ];
        moto.query("autoscaling", HERE, "2011-01-01", &group).await;
    }
}
